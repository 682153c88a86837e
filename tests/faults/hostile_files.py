"""Files made to harm the program that reads them, without PyTorch.

`files(seeds)` yields (name, expected exit codes, bytes): 0 for what is odd but
sound, 4 for what is damaged or of no known format, 5 for what asks for more
than data.
"""

import io
import json
import os
import random
import struct
import zipfile
import zlib

OK, DAMAGED, UNSAFE = {0}, {4}, {5}
REFUSED = {4, 5}
ANY = {0, 4, 5}  # a file that may be sound by chance

P = b"\x80\x02"

# ---- pieces of pickles


def text(value):
    data = value.encode() if isinstance(value, str) else value
    return b"X" + struct.pack("<I", len(data)) + data


def number(n):
    if 0 <= n < 256:
        return b"K" + bytes([n])
    data = n.to_bytes(n.bit_length() // 8 + 1, "little", signed=True)
    return b"\x8a" + bytes([len(data)]) + data


def numbers(values):
    return b"(" + b"".join(map(number, values)) + b"t"


def name_of(module, name):
    return b"c" + module.encode() + b"\n" + name.encode() + b"\n"


def storage(kind="FloatStorage", key="0", place="cpu", numel=6):
    return (b"(" + text("storage") + name_of("torch", kind) + text(key) +
            text(place) + number(numel) + b"tQ")


def tensor(size=(2, 3), stride=(3, 1), offset=0, kind="FloatStorage",
           key="0", numel=6, extra=b""):
    return (name_of("torch._utils", "_rebuild_tensor_v2") + b"(" + storage(
        kind, key, numel=numel) + number(offset) + numbers(size) +
            numbers(stride) + b"\x89" + name_of("collections", "OrderedDict") +
            b")R" + extra + b"tR")


GOOD = P + tensor() + b"."

# ---- zips, every field of which may lie


def record(name, data, **lies):
    return dict(dict(name=name, data=data, method=0, flags=0x0800,
                     crc=zlib.crc32(data), packed=len(data), size=len(data),
                     extra=b"", local={}, central={}), **lies)


def deflated(name, data, **lies):
    packed = zlib.compress(data, 9)[2:-4]
    return record(name, packed, **dict(dict(
        method=8, crc=zlib.crc32(data), size=len(data)), **lies))


def local_header(entry):
    e = dict(entry, **entry["local"])
    name = e["name"] if isinstance(e["name"], bytes) else e["name"].encode()
    return b"PK\3\4" + struct.pack(
        "<HHHHHIIIHH", 20, e["flags"], e["method"], 0, 33, e["crc"],
        e["packed"] & 0xffffffff, e["size"] & 0xffffffff, len(name),
        len(e["extra"])) + name + e["extra"]


def zip_of(records, end={}, prefix=b"", between=b"", after=b"", wide=None):
    """`end` and `wide` change fields of the end records."""
    out, places = bytearray(prefix), []
    for entry in records:
        places.append(len(out))
        if not entry.get("hidden"):
            out += local_header(entry) + entry["data"] + between
    begin = len(out)
    for entry, place in zip(records, places):
        if entry.get("unlisted"):
            continue
        e = dict(entry, **entry["central"])
        name = e["name"] if isinstance(e["name"], bytes) else e["name"].encode()
        out += b"PK\1\2" + struct.pack(
            "<HHHHHHIIIHHHHHII", 20, 20, e["flags"], e["method"], 0, 33,
            e["crc"], e["packed"] & 0xffffffff, e["size"] & 0xffffffff,
            len(name), len(e["extra"]), e.get("comment", 0), e.get("disk", 0),
            0, e.get("attributes", 0), e.get("at", place) & 0xffffffff)
        out += name + e["extra"]
    listed = sum(not entry.get("unlisted") for entry in records)
    fields = dict(dict(disk=0, first=0, here=listed, count=listed,
                       size=len(out) - begin, begin=begin, comment=0), **end)
    if wide is not None:
        at = len(out)
        w = dict(dict(length=44, disk=0, first=0, here=listed, count=listed,
                      size=fields["size"], begin=begin, locator=at, disks=1),
                 **wide)
        out += b"PK\6\6" + struct.pack(
            "<QHHIIQQQQ", w["length"], 45, 45, w["disk"], w["first"],
            w["here"], w["count"], w["size"], w["begin"])
        out += b"PK\6\7" + struct.pack("<IQI", 0, w["locator"], w["disks"])
    out += b"PK\5\6" + struct.pack(
        "<HHHHIIH", fields["disk"], fields["first"], fields["here"] & 0xffff,
        fields["count"] & 0xffff, fields["size"] & 0xffffffff,
        fields["begin"] & 0xffffffff, fields["comment"])
    return bytes(out) + after


def parts(pickled=GOOD, data=bytes(24), version=b"3\n", changes={}):
    made = {"a/data.pkl": pickled, "a/data/0": data, "a/version": version}
    return [record(name, content, **changes.get(name, {}))
            for name, content in made.items() if content is not None]


def pt(pickled, data=bytes(24), pack=False):
    make = deflated if pack else record
    return zip_of([make("a/data.pkl", pickled), record("a/data/0", data),
                   record("a/version", b"3\n")])


# ---- the attacks


def tensors():
    big = 1 << 62
    for i, (size, stride, offset, numel) in enumerate([
            ((2, 4), (4, 1), 0, 6), ((2, 3), (3, 1), 1, 6),
            ((2, 3), (-3, 1), 5, 6), ((-2, 3), (3, 1), 0, 6),
            ((2, 3), (3,), 0, 6), ((big, big), (1, 1), 0, 6),
            ((2**63 - 1,), (1,), 0, 6), ((2,), (big,), 0, 6),
            ((2, 3), (3, 1), -1, 6), ((2, 3), (3, 1), 2**63 - 1, 6),
            ((2, 3), (3, 1), 0, 2**40), ((2, 3), (3, 1), 0, -1),
            ((2, 3), (3, 1), 0, 5), ((2, 3), (3, 1), 0, 7),
            ((1,) * 70, (1,) * 70, 0, 6), ((2**70,), (1,), 0, 6),
            ((2,), (2**64,), 0, 6), ((2, 3), (3, 1), 0, 2**61 + 6),
            ((2, 3), (3, 1), 0, 2**64), ((0, 2**63), (1, 1), 0, 6),
            ((65536,) * 4, (0,) * 4, 0, 6), ((2**32, 2**32), (0, 0), 0, 6)]):
        yield "tensor %d" % i, DAMAGED, pt(P + tensor(
            size, stride, offset, numel=numel) + b".")
    for kind in ("DoubleStorage", "HalfStorage", "FooStorage", "Storage",
                 "UntypedStorage", "os"):
        yield "tensor over " + kind, DAMAGED, pt(P + tensor(kind=kind) + b".")
    yield "tensor without a record", DAMAGED, pt(P + tensor(key="9") + b".")
    for key in ("../0", "/etc/passwd", "0\0", "0/", "", "\u00fc"):
        yield "key %r" % key, DAMAGED, pt(P + tensor(key=key) + b".")
    for extent in ((10**9,), (2**40,), (2**20, 2**20)):
        yield "conj of %s" % (extent,), REFUSED, pt(P + tensor(
            extent, (0,) * len(extent), kind="ComplexFloatStorage", numel=3,
            extra=b"}" + text("conj") + b"\x88s") + b".")
    expanded = P + tensor((2**40,), (0,)) + b"."
    yield "expanded without end", OK, pt(expanded)
    views = b"".join(tensor((2**14, 2**14), (1, 1), offset=i, numel=2**16)
                     for i in range(100))
    yield "views that repeat", UNSAFE, pt(P + b"(" + views + b"t.",
                                         bytes(2**18))
    yield "storage in two ways", DAMAGED, pt(P + b"(" + tensor() + tensor(
        kind="IntStorage") + b"t.")
    for i, args in enumerate((b")", b"N\x85", b"(NNNNNNt", storage() + b"\x85",
                              b"(" + storage() + b"]]]]Nt", b"(" + storage() +
                              text("0") + b"))\x89Nt")):
        for function in ("_rebuild_tensor", "_rebuild_tensor_v2",
                         "_rebuild_tensor_v3", "_rebuild_parameter",
                         "_rebuild_parameter_with_state", "_rebuild_qtensor",
                         "_rebuild_sparse_tensor", "_rebuild_meta_tensor_no_"
                         "storage", "_rebuild_nested_tensor",
                         "_rebuild_device_tensor_from_numpy"):
            if function == "_rebuild_nested_tensor":
                continue  # kept as it is
            yield "%s of %d" % (function, i), REFUSED, pt(
                P + name_of("torch._utils", function) + args + b"R.")


def sparse():
    def part(kind, key, size, stride, numel):
        return tensor(size, stride, kind=kind, key=key, numel=numel)

    def coo(indices, values, size):
        return (P + name_of("torch._utils", "_rebuild_sparse_tensor") + name_of(
            "torch.serialization", "_get_layout") + text("torch.sparse_coo") +
                b"\x85R(" + indices + values + name_of("torch", "Size") +
                numbers(size) + b"\x85Rt\x86R.")

    def made(pickled, index=bytes(24)):
        return zip_of([record("a/data.pkl", pickled), record(
            "a/data/0", index), record("a/data/1", bytes(24)),
                       record("a/version", b"3\n")])

    index = part("LongStorage", "0", (1, 3), (3, 1), 3)
    value = part("FloatStorage", "1", (3,), (1,), 6)
    yield "sparse sound", OK, made(coo(index, value, (5,)))
    yield "sparse index outside", DAMAGED, made(
        coo(index, value, (5,)), struct.pack("<3q", 0, 7, 1))
    yield "sparse index below", DAMAGED, made(
        coo(index, value, (5,)), struct.pack("<3q", 0, -7, 1))
    yield "sparse expanded", DAMAGED, made(coo(
        part("LongStorage", "0", (1, 10**9), (0, 0), 3),
        part("FloatStorage", "1", (10**9,), (0,), 6), (5,)))
    yield "sparse of two lengths", DAMAGED, made(
        coo(index, part("FloatStorage", "1", (6,), (1,), 6), (5,)))
    yield "sparse size", DAMAGED, made(coo(index, value, (-5,)))
    yield "sparse sizes", DAMAGED, made(coo(index, value, (5, 5, 5)))


def arrays():
    def array(dtype, shape, raw, rest=b""):
        code = name_of("_codecs", "encode")
        return (P + name_of("numpy.core.multiarray", "_reconstruct") + name_of(
            "numpy", "ndarray") + numbers((0,)) + code + text("b") + text(
                "latin1") + b"\x86R\x87R(" + number(1) + numbers(shape) +
                name_of("numpy", "dtype") + text(dtype) + b"\x89\x88\x87R" +
                rest + b"\x89" + code + text(raw) + text("latin1") +
                b"\x86Rtb.")

    yield "array of pointers", DAMAGED, pt(array("O8", (1,), "abcdefgh"))
    yield "array too large", DAMAGED, pt(array("f8", (2**40,), "abcdefgh"))
    yield "array overflows", DAMAGED, pt(array("f8", (2**62, 4), "abcdefgh"))
    yield "array below zero", DAMAGED, pt(array("f8", (-1,), "abcdefgh"))
    yield "array of ranks", DAMAGED, pt(array("f8", (1,) * 100, "abcdefgh"))
    yield "array of many nothings", ANY, pt(array("U0", (2**40,), ""))
    yield "array of huge text", DAMAGED, pt(array("S99999999", (1,), "a"))
    for code in ("", "f", "f3", "i16", "Z9", "f8\0", "V8", "a", "f-8"):
        yield "array code %r" % code, ANY, pt(array(code, (1,), "abcdefgh"))


_CALLS = [
    "os system", "posix system", "nt system", "subprocess Popen",
    "subprocess check_output", "builtins eval", "builtins exec",
    "__builtin__ eval", "__builtin__ execfile", "builtins getattr",
    "builtins setattr", "builtins __import__", "builtins open",
    "builtins compile", "builtins print", "builtins map", "builtins input",
    "builtins type", "builtins vars", "builtins apply", "sys exit",
    "runpy run_path", "runpy _run_code", "importlib import_module",
    "importlib._bootstrap _gcd_import", "pip main", "pip._internal main",
    "pty spawn", "shutil rmtree", "shutil copyfile", "socket socket",
    "socket create_connection", "webbrowser open", "ctypes CDLL",
    "operator attrgetter", "operator methodcaller", "operator itemgetter",
    "functools partial", "functools reduce", "torch load", "torch.hub load",
    "torch.jit load", "torch.serialization load", "torch.storage "
    "_load_from_file", "torch.utils.model_zoo load_url",
    "torch.utils.cpp_extension load", "torch.distributed.rpc rpc_sync",
    "torch.fx.graph_module reduce_graph_module", "torch._C _jit_pass",
    "numpy load", "numpy.testing._private.utils runstring",
    "numpy.f2py.crackfortran getlincoef", "codecs decode", "bdb Bdb",
    "pdb run", "profile run", "cProfile run", "timeit timeit",
    "pickle loads", "_pickle loads", "marshal loads", "types FunctionType",
    "types CodeType", "collections.abc Callable", "asyncio.unix_events "
    "_UnixSubprocessTransport.start", "code InteractiveInterpreter",
    "ensurepip _run_pip", "distutils.spawn spawn", "multiprocessing.util "
    "spawnv_passfds", "idlelib.pyshell ModifiedInterpreter.runcommand",
    "lib2to3.pgen2.grammar Grammar.loads", "trace Trace.run", "cgitb lookup",
    "logging.config listen", "urllib.request urlopen", "requests.api get",
    "tempfile mktemp", "zipfile ZipFile", "tarfile open", "pydoc pipepager",
    "uuid _get_command_stdout", "_osx_support _read_output",
    "smtplib SMTP", "ftplib FTP", "http.client HTTPSConnection",
    "aiohttp.client ClientSession", "venv create", "test.support "
    "script_helper.assert_python_ok", "torch._inductor.codecache compile_file",
    "torch._dynamo.guards GuardBuilder.get", "torch.utils._config_module "
    "load_config", "torch.nn.modules.linear Linear", "__main__ Foo",
    "dill._dill _create_function", "cloudpickle.cloudpickle "
    "_make_function", "joblib.numpy_pickle NumpyArrayWrapper",
    "\u00fcml\u00e4ut x", "os. system", " os system"]


def calls():
    for call in _CALLS:
        module, _, name = call.rpartition(" ")
        found, label = name_of(module, name), call.strip().replace(" ", ".")
        stacked = b"\x80\4" + text(module) + text(name) + b"\x93"
        one = text("x")
        yield "call " + label, UNSAFE, pt(P + found + one + b"\x85R.")
        yield "call0 " + label, UNSAFE, pt(P + found + b")R.")
        yield "new " + label, UNSAFE, pt(P + found + one + b"\x85\x81.")
        yield "newex " + label, UNSAFE, pt(b"\x80\4" + found + one +
                                           b"\x85}\x92.")
        yield "obj " + label, UNSAFE, pt(P + b"(" + found + one + b"o.")
        yield "inst " + label, UNSAFE, pt(P + b"(" + one + b"i" +
                                          found[1:] + b".")
        yield "stacked " + label, UNSAFE, pt(stacked + one + b"\x85R.")
        yield "type " + label, UNSAFE, pt(
            P + name_of("torch._tensor", "_rebuild_from_type_v2") + b"(" +
            found + found + one + b"\x85NtR.")
        yield "inside " + label, UNSAFE, pt(
            P + b"]" + b"}" + text("a") + found + one + b"\x85Rs" + b"a.")
    for name in ("os system", "builtins eval"):
        module, name = name.split()
        yield "reduce_ex " + name, REFUSED, pt(
            P + name_of("copyreg", "__newobj__") + name_of(
                module, name) + text("x") + b"\x86R.")
        yield "getattr " + name, UNSAFE, pt(
            P + name_of("builtins", "getattr") + name_of(
                module, name) + text("__call__") + b"\x86R.")
        yield "build " + name, ANY, pt(
            P + name_of("__main__", "A") + b")\x81}" + text("__setstate__") +
            name_of(module, name) + b"sb.")


def pickles():
    p = {}
    p["deep list"] = OK | UNSAFE, P + b"]" * 10**6 + b"a" * (10**6 - 1) + b"."
    p["deep tuple"] = OK | UNSAFE, P + b")" + b"\x85" * 10**6 + b"."
    p["deep marks"] = REFUSED, P + b"(" * 10**6
    p["deep dict"] = OK | UNSAFE, P + b"}K\0" * 300000 + b"}" + \
        b"s" * 300000 + b"."
    for depth in (3000, 10000, 16000, 20000, 40000):
        p["depth %d" % depth] = OK | UNSAFE, P + b"]" * depth + b"a" * (
            depth - 1) + b"."
        p["tensors %d deep" % depth] = OK | UNSAFE, P + tensor() + b"q\0010" + (
            b"](h\1" * depth) + b"N" + b"e" * depth + b"."
    p["deep objects"] = OK | UNSAFE, P + b"".join(
        [name_of("a", "B") + b")\x81}" + text("k")] * 30000) + b"N" + (
            b"sb" * 30000) + b"."
    p["deep key"] = REFUSED, P + b"})" + b"\x85" * 10**5 + b"Ns."
    p["deep frozenset"] = REFUSED, P + b"K\1" + b"".join(
        [b"q\0(h\0\x91"] * 10**5) + b"."
    p["many Nones"] = ANY, P + b"(" + b"N" * 9000000 + b"t."
    p["more Nones"] = UNSAFE, P + b"(" + b"N" * 20000000 + b"t."
    p["memo at 2^31"] = OK, P + b"Nr" + struct.pack("<I", 2**31 - 1) + b"."
    p["memo at 10^20"] = DAMAGED, P + b"Np99999999999999999999\n."
    p["memo missing"] = DAMAGED, P + b"h\5."
    p["memo flood"] = OK, P + b"N" + b"".join(
        b"r" + struct.pack("<I", i * 977) for i in range(1500000)) + b"."
    for kind, make in {"list": b"](%s%se", "tuple": b"%s%s\x86",
                       "dict": b"}(K\1%sK\2%su"}.items():
        laughs = b"].q\0"[:1] + b"q\0"
        for i in range(100):
            get = b"h" + bytes([i])
            laughs += make % (get, get) + b"q" + bytes([i + 1])
        p["laughs " + kind] = DAMAGED, P + laughs + b"."  # not popped
        popped = b"]q\0" + b"0".join(
            make % ((b"h" + bytes([i]),) * 2) + b"q" + bytes([i + 1])
            for i in range(100))
        p["laughing " + kind] = DAMAGED | OK, P + popped[:3] + b"0" + \
            popped[3:] + b"."
    shared = text("a" * 1000000) + b"q\1" + b"0("
    p["long text often"] = OK | UNSAFE, P + shared + b"h\1" * 300000 + b"t."
    p["text often"] = OK | UNSAFE, P + text("a" * 200) + b"q\0010(" + \
        b"h\1" * 3000000 + b"t."
    p["tensor often"] = OK | UNSAFE, P + tensor() + b"q\0010(" + \
        b"h\1" * 3000000 + b"t."
    p["set often"] = OK | UNSAFE, P + shared[:-1] + name_of(
        "builtins", "frozenset") + b"](h\1e\x85Rq\0020(" + \
        b"h\2" * 1000 + b"t."
    p["key often"] = OK | UNSAFE, P + text("a" * 1000000) + b"q\0010(" + \
        b"}h\1Ns" * 2000 + b"t."
    p["path often"] = OK | UNSAFE, P + b"(" + b"]" * 20000 + b"q\1" + \
        b"a" * 19999 + b"h\1" * 300000 + b"t."
    for size in (10**4, 10**5, 10**6):
        big = b"\x8b" + struct.pack("<i", size) + b"\x7f" * size
        p["int of %d bytes" % size] = OK | UNSAFE, P + big + b"."
        p["ints of %d bytes" % size] = OK | UNSAFE, P + b"(" + big * min(
            300, 5 * 10**6 // size) + b"t."
        p["key of %d bytes" % size] = OK | UNSAFE, P + b"}" + big + b"Ns."
    p["int of 5000 digits"] = DAMAGED, P + b"I" + b"9" * 5000 + b"\n."
    p["ints of 4300 digits"] = OK, P + b"(" + (
        b"I" + b"9" * 4300 + b"\n") * 400 + b"t."
    for opcode, size in ((b"X", "<I"), (b"\x8d", "<Q"), (b"\x8e", "<Q"),
                         (b"\x96", "<Q"), (b"B", "<I"), (b"C", "<B"),
                         (b"U", "<B"), (b"T", "<i"), (b"\x8b", "<i"),
                         (b"\x8a", "<B"), (b"\x95", "<Q"), (b"\x8c", "<B")):
        bits = 8 * struct.calcsize(size) - (size[1] == "i")
        for value in (2**bits - 1, 2**(bits - 1), 5):
            p["length %s %d" % (opcode.hex(), value)] = DAMAGED, (
                b"\x80\5" + opcode + struct.pack(size, value) + b"abc.")
    for opcode in (b"T", b"\x8b"):
        p["below %s" % opcode.hex()] = DAMAGED, P + opcode + struct.pack(
            "<i", -5) + b"a."
    for ops in (b"a", b"e", b"s", b"u", b"0", b"1", b"2", b"R", b"\x81", b"b",
                b"t", b"l", b"d", b"\x85", b"\x86", b"\x87", b"Q", b"\x93",
                b"\x90", b"\x91", b"\x92", b"q\0", b"\x94", b"o", b"(", b"NN",
                b"N(", b"", b"]K\1K\2s", b"K\1K\1K\1s", b"}K\1a", b"}(K\1u",
                b"]}b", b"}}b", b"NNb", b"K\1)R", b"NQ", b"(Nt" b"Q", b"P1\n",
                b"\x82\1", b"\x83\1\0", b"\x84\1\0\0\0", b"\x97", b"N\x98",
                b"}]Ns", b"]K\1\x90", b"K\1K\2\x93", b"\xff", b"\x00", b"Z",
                b"I12x\n", b"Fxyz\n", b"S'a\n", b"Sa\n", b"V\\ud8\n", b"L1\n",
                b"I1", b"cos", b"cos\nsystem", b"X\2\0\0\0\xff\xfe",
                b"(X\1\0\0\0a1", b"ccollections\nOrderedDict\nK\1R",
                b"ccollections\nCounter\nK\1\x85R", b"]K\1N\x87Ns",
                b"ccollections\nOrderedDict\n)R]K\1ab"):
        expected = REFUSED if b"L1" not in ops else ANY
        p["ops %s" % ops.hex()] = expected, P + ops + b"."
        p["ops %s no stop" % ops.hex()] = REFUSED, P + ops
    p["setitem of a tensor"] = DAMAGED, P + tensor() + b"K\0K\1s."
    p["append to a tensor"] = DAMAGED, P + tensor() + b"K\1a."
    p["build of a storage"] = DAMAGED, P + storage() + b"}b."
    p["protocol 9"] = DAMAGED, b"\x80\x09N."
    p["nothing"] = DAMAGED, b""
    p["keys of nan"] = ANY, P + b"}(" + (b"G\x7f\xf8" + bytes(6) + b"K\0"
                                         ) * 300000 + b"u."
    wide = b"".join(map(number, range(30000)))
    p["hash of a frozenset"] = REFUSED | OK, P + b"(" + wide + \
        b"\x91q\x000}" + b"h\0Ns" * 100000 + b"."
    p["equal tuples"] = REFUSED | OK, P + b"(" + wide + b"tq\x000(" + wide + \
        b"tq\x010}h\0Ns" + b"h\1Ns" * 100000 + b"."
    p["equal texts"] = REFUSED | OK, P + text("a" * 1000000) + b"q\x000" + \
        text("a" * 1000000) + b"q\x010}h\0Ns" + b"h\1Ns" * 100000 + b"."
    items = b"".join(number(i) + b"N" for i in range(50000))
    for what, make, each in (
            ("encode", b"c_codecs\nencode\nq\x000" + text("a" * 500000) +
             b"q\x010" + text("latin1") + b"q\x020", b"h\0h\1h\2\x86R"),
            ("set", b"c__builtin__\nset\nq\x000(" + wide + b"lq\x010",
             b"h\0h\1\x85R"),
            ("pairs", b"ccollections\nOrderedDict\nq\x000(" +
             b"K\1K\2\x86" * 60000 + b"lq\x010", b"h\0h\1\x85R"),
            ("state", b"ccollections\nOrderedDict\nq\x000}(" + items +
             b"uq\x010", b"h\0)Rh\1b"),
            ("counter", b"ccollections\nCounter\nq\x000}(" + items +
             b"uq\x010", b"h\0h\1\x85R")):
        p["bomb " + what] = UNSAFE, P + make + b"(" + each * 50000 + b"t."
    floods = {"lists": b"]", "tuples": b"N\x85", "dicts": b"}",
              "sets": b"\x8f", "dicts of one": b"}K\0Ns", "texts": text("a"),
              "ints": number(2**70), "objects": b"h\0)\x81",
              "states": b"h\0)\x81}b", "bytes": b"C\1a", "memo": b"N\x94",
              "globals": name_of("a", "b"), "floats": b"G" + bytes(8),
              "frozensets": b"(K\1\x91", "bytearrays": b"\x96\1" + bytes(7) +
              b"a", "sizes": b"h\1)R", "ordered": b"h\2)R", "marks": b"(t",
              "complex": b"h\3G" + bytes(8) + b"G" + bytes(8) + b"\x86R",
              "tensors": tensor(), "devices": b"h\4h\5\x85R",
              "defaults": b"h\6)R", "deques": b"h\7)R", "dup": b"2",
              "codes": b"h\x08h\5h\x09\x86R", "kept": b"h\x0ah\x0b)R\x85R"}
    before = P + b"".join(
        part + b"q" + bytes([i]) + b"0" for i, part in enumerate((
            name_of("a", "B"), name_of("torch", "Size"), name_of(
                "collections", "OrderedDict"), name_of("builtins", "complex"),
            name_of("torch", "device"), text("cpu"), name_of(
                "collections", "defaultdict"), name_of("collections", "deque"),
            name_of("_codecs", "encode"), text("latin1"), name_of(
                "uuid", "UUID"), name_of("datetime", "timezone"))))
    for what, each in floods.items():
        start = b"N" if each == b"2" else b""
        for count in (10**5, 10**6, 4 * 10**6):
            if count * len(each) < 5 * 10**7:
                p["flood %s %d" % (what, count)] = ANY, (
                    before + b"(" + start + each * count + b"t.")
    for name, (expected, pickled) in p.items():
        yield name, expected, pt(pickled)
        if len(pickled) > 10**5:
            yield name + " packed", expected | UNSAFE, pt(pickled, pack=True)


def zips():
    def with_(name, **lies):
        return zip_of(parts(changes={"a/" + name: lies}))

    yield "zip sound", OK, zip_of(parts())
    for name in ("data.pkl", "data/0", "version"):
        size = {"data.pkl": len(GOOD), "data/0": 24, "version": 2}[name]
        for what, lies in {
                "local name": dict(local=dict(name="a/other")),
                "local case": dict(local=dict(name=("a/" + name).upper())),
                "local method": dict(local=dict(method=8)),
                "local flags": dict(local=dict(flags=0)),
                "local size": dict(local=dict(size=size + 1)),
                "local packed": dict(local=dict(packed=size - 1)),
                "local crc": dict(local=dict(crc=1)),
                "crc": dict(crc=0x12345678), "encrypted": dict(flags=0x0801),
                "strong": dict(flags=0x0841), "masked": dict(flags=0x2801),
                "disk": dict(central=dict(disk=1)),
                "outside": dict(central=dict(at=10**6)),
                "far outside": dict(central=dict(at=0xfffffffe)),
                "at itself": dict(central=dict(at=5)),
                "large": dict(size=2**31, packed=2**31),
                "largest": dict(size=0xfffffffe, packed=0xfffffffe),
                "two sizes": dict(size=size + 8),
                "wide too short": dict(central=dict(
                    size=0xffffffff, extra=struct.pack("<HHI", 1, 4, 0))),
                "wide largest": dict(central=dict(
                    size=0xffffffff, extra=struct.pack(
                        "<HHQ", 1, 8, 2**64 - 1))),
                "wide place": dict(central=dict(
                    at=0xffffffff, extra=struct.pack(
                        "<HHQ", 1, 8, 2**63))),
                "extra too long": dict(central=dict(
                    extra=struct.pack("<HH", 9, 60000))),
                "comment too long": dict(central=dict(comment=60000))}.items():
            yield "zip %s %s" % (name, what), DAMAGED, with_(name, **lies)
        for method in (1, 2, 6, 9, 12, 14, 93, 95, 98, 99, 65535):
            yield "zip %s method %d" % (name, method), DAMAGED, with_(
                name, method=method)
        yield "zip %s no crc" % name, OK, with_(name, crc=0)
        yield "zip %s a link" % name, ANY, with_(
            name, central=dict(attributes=0xa1ff0000))
        yield "zip %s not there" % name, DAMAGED, zip_of(
            [r for r in parts() if r["name"] != "a/" + name])
        for other in ("a/" + name, ("a/" + name).upper()):
            yield "zip two of %s" % other, DAMAGED, zip_of(
                parts() + [record(other, b"x")])
        overlap = parts() + [record("a/b", b"", hidden=True, size=size,
                                    packed=size, central=dict(at=0))]
        yield "zip overlap " + name, DAMAGED, zip_of(overlap)
    for name in ("/a", "../a", "a\0b", b"\xff\xfe", "x" * 65535, "a\\b",
                 "C:/x", ""):
        yield "zip name %.20r" % (name,), ANY, zip_of(
            parts() + [record(name, b"x")])
    for version in (b"", b"abc", b"0", b"11", b"9" * 10**6, b"-3", b"1e9",
                    b"\0" * 100, b"\xff"):
        yield "version %.20r" % version, ANY if version[:1] == b"1" else (
            DAMAGED), zip_of(parts(
            version=version))
    for order in (b"middle", b"BIG", b"x" * 10**6, b"\0"):
        yield "byteorder %.20r" % order, DAMAGED, zip_of(
            parts() + [record("a/byteorder", order)])
    for field, values in dict(disk=[1], first=[1], here=[0, 2, 4], count=[
            0, 2, 4, 65535], size=[0, 1, 10**6, 2**31, 0xffffffff], begin=[
                0, 1, 10**6, 0xffffffff], comment=[]).items():
        for value in values:
            yield "end %s %d" % (field, value), DAMAGED, zip_of(
                parts(), end={field: value})
    yield "end comment 5", ANY, zip_of(parts(), end={"comment": 5})
    for count in (2, 4, 10**6):
        yield "end counts %d" % count, DAMAGED, zip_of(
            parts(), end=dict(here=count, count=count))
    yield "wide sound", OK, zip_of(parts(), wide={})
    for field, values in dict(length=[0, 43, 45, 2**63, 2**64 - 1], disk=[],
                              first=[], here=[2, 2**63], count=[
                                  2, 4, 2**32, 2**62, 2**64 - 1], size=[
                                      0, 1, 2**40, 2**64 - 1], begin=[
                                          0, 1, 2**40, 2**64 - 1], locator=[
                                              0, 7, 2**40, 2**64 - 1],
                              disks=[2, 2**32 - 1]).items():
        for value in values:
            for hidden in (False, True):
                end = dict(count=65535, here=65535, size=2**32 - 1,
                           begin=2**32 - 1) if hidden else {}
                wide = {field: value}
                if field == "count":
                    wide["here"] = value
                yield "wide %s %d %d" % (field, value, hidden), DAMAGED, \
                    zip_of(parts(), end=end, wide=wide)
    good = zip_of(parts())
    yield "two archives", DAMAGED, good + good
    yield "archive in the comment", DAMAGED, zip_of(
        parts(), end=dict(comment=len(good)), after=good)
    yield "end in the comment", DAMAGED, zip_of(
        parts(), end=dict(comment=22), after=b"PK\5\6" + bytes(18))
    yield "bytes before", DAMAGED, zip_of(parts(), prefix=b"PK\3\4" + bytes(9))
    yield "junk before", DAMAGED, b"junk" + good
    yield "70000 bytes after", DAMAGED, good + bytes(70000)
    yield "hidden record", ANY, zip_of([record(
        "a/x", b"yz", unlisted=True)] + parts())
    yield "only an end", DAMAGED, b"PK\5\6" + bytes(18)
    yield "only a header", DAMAGED, b"PK\3\4" + bytes(100)
    for n in range(0, len(good), 7):
        yield "cut at %d" % n, DAMAGED, good[:n]


def bombs():
    body = zlib.compress(bytes(1000), 9)[2:-4]
    for what, raw, size in (("ends early", body[:-3], 1000),
                            ("is junk", b"\xff" * 20, 1000),
                            ("is longer", body, 999),
                            ("is shorter", body, 1001),
                            ("has a rest", body + b"abc", 1000),
                            ("is nothing", b"", 1000)):
        entry = record("a/data/1", raw, method=8, size=size,
                       crc=zlib.crc32(bytes(size)))
        yield "deflate " + what, DAMAGED, zip_of(parts() + [entry])
    for size in (2**31, 2**32 - 2):
        yield "deflate of %d" % size, DAMAGED, zip_of(parts() + [record(
            "a/data/1", body, method=8, size=size)])
    zeros = bytes(1 << 20)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed, crc = b"", 0
    for _ in range(600):
        packed += packer.compress(zeros)
        crc = zlib.crc32(zeros, crc)
    packed += packer.flush()
    large = dict(method=8, size=600 << 20, crc=crc)
    for name in ("data.pkl", "data/0", "version", "byteorder", "data/7",
                 "README"):
        others = [r for r in parts() if r["name"] != "a/" + name]
        yield "600 MiB as " + name, REFUSED, zip_of(
            others + [record("a/" + name, packed, **large)])
    one = deflated("x", bytes(60 << 20))
    for many in (10, 300):
        yield "%d of 60 MiB" % many, UNSAFE, zip_of(parts() + [
            dict(one, name="a/data/%d" % (i + 1)) for i in range(many)])
    yield "many names", ANY, zip_of(parts() + [record(
        "a/%d" % i, b"") for i in range(60000)])
    yield "very many names", ANY, zip_of(parts() + [record(
        "a/%d" % i, b"") for i in range(400000)], wide={},
        end=dict(here=65535, count=65535))
    # A million entries that all point at one record.
    first = parts()[0]
    yield "names of one record", DAMAGED, zip_of(parts() + [dict(
        first, name="a/%d" % i, hidden=True, central=dict(at=0))
        for i in range(200000)], wide={}, end=dict(here=65535, count=65535))

def legacy():
    def pickled(n):
        return P + number(n) + b"."

    def stream(obj, keys, data, magic=0x1950a86a20f9469cfc6c, version=1001,
               info=P + b"}."):
        return pickled(magic) + pickled(version) + info + obj + P + b"]" + \
            b"".join(k + b"a" for k in keys) + b"." + data

    def obj(numel=6, view=b"N", kind="FloatStorage", size=(2, 3)):
        return (P + name_of("torch._utils", "_rebuild_tensor_v2") + b"((" +
                text("storage") + name_of("torch", kind) + text("5") +
                text("cpu") + number(numel) + view + b"tQ" + number(0) +
                numbers(size) + numbers((3, 1)) + b"\x89NtR.")

    five, data = text("5"), struct.pack("<q", 6) + bytes(24)
    yield "legacy sound", OK, stream(obj(), [five], data)
    yield "legacy with a rest", OK, stream(obj(), [five], data + b"rest")
    for what, made in {
            "magic": stream(obj(), [five], data, magic=0x1950a86a20f9469cfc6d),
            "version": stream(obj(), [five], data, version=1002),
            "no key": stream(obj(), [], b""),
            "a key more": stream(obj(), [five, text("6")], data + data),
            "a key twice": stream(obj(), [five, five], data + data),
            "a key that is an int": stream(obj(), [number(5)], data),
            "length": stream(obj(), [five], struct.pack("<q", 5) + bytes(24)),
            "length below": stream(obj(), [five], struct.pack("<q", -1)),
            "huge": stream(obj(2**60), [five], struct.pack("<q", 2**60)),
            "overflow": stream(obj(2**61 + 6), [five], struct.pack(
                "<q", 2**61 + 6) + bytes(24)),
            "short": stream(obj(), [five], data[:-1]),
            "storage": stream(obj(kind="DoubleStorage"), [five], data),
            "view": stream(obj(view=b"(" + text("7") + number(3) + number(6) +
                               b"t"), [five], data),
            "view below": stream(obj(view=b"(" + text("7") + number(-3) +
                                     number(6) + b"t"), [five], data),
            "size": stream(obj(size=(2, 4)), [five], data)}.items():
        yield "legacy " + what, DAMAGED, made
    yield "legacy call", UNSAFE, stream(
        P + name_of("os", "system") + text("x") + b"\x85R.", [], b"")
    yield "legacy call in info", UNSAFE, stream(
        obj(), [five], data, info=P + name_of("os", "system") + text("x") +
        b"\x85R.")
    sound = stream(obj(), [five], data)
    for n in range(15, len(sound), 11):
        yield "legacy cut at %d" % n, DAMAGED, sound[:n]
    # Files within files.
    inner = stream(P + b"N.", [], b"")
    for i in range(12):
        body = P + name_of("torch.storage", "_load_from_bytes") + b"B" + \
            struct.pack("<I", len(inner)) + inner + b"\x85R."
        yield "file in file %d" % i, ANY, pt(body)
        inner = stream(body, [], b"")
    body = P + name_of("torch.storage", "_load_from_bytes") + b"q\0B" + \
        struct.pack("<I", len(inner)) + inner + b"q\1("
    yield "files in files", REFUSED, pt(body + b"h\0h\1\x85R" * 10**5 + b"t.")


def tars():
    def header(name, size, kind=b"0", link=b""):
        raw = bytearray(512)
        raw[:len(name)] = name
        raw[100:108] = b"0000644\0"
        raw[124:136] = size if isinstance(size, bytes) else b"%011o\0" % size
        raw[156:157] = kind
        raw[157:157 + len(link)] = link
        raw[257:265] = b"ustar\00000"
        raw[148:156] = b" " * 8
        raw[148:156] = b"%06o\0 " % sum(raw)
        return bytes(raw)

    def member(name, data, **lies):
        return header(name, len(data), **lies) + data + bytes(-len(data) % 512)

    def tar(storages=P + b"K\0.", tensors_=P + b"K\0.", obj=P + b"N.",
            more=b""):
        return member(b"sys_info", P + b"}.") + member(b"pickle", obj) + \
            member(b"tensors", tensors_) + member(b"storages", storages) + \
            more + bytes(1024)

    yield "tar sound", OK, tar()
    one = number(1) + b"."
    head = P + b"(" + number(1) + text("cpu") + name_of(
        "torch", "FloatStorage") + b"t."
    for numel in (7, 2**40, 2**62, -1):
        yield "tar storage of %d" % numel, DAMAGED, tar(
            storages=P + one + head + struct.pack("<q", numel) + bytes(24))
    for count in (2, 2**40, -1):
        yield "tar of %d storages" % count, ANY if count < 0 else DAMAGED, tar(
            storages=P + number(count) + b"." + head + struct.pack(
                "<q", 6) + bytes(24))
    stored = P + one + head + struct.pack("<q", 6) + bytes(24)
    for rank, sizes, strides, offset in (
            (1, (7,), (1,), 0), (1, (6,), (2,), 0), (1, (6,), (1,), 1),
            (1, (-6,), (1,), 0), (1, (6,), (-1,), 0), (1, (6,), (1,), -1),
            (2**31 - 1, (6,), (1,), 0), (-1, (6,), (1,), 0),
            (1, (2**62,), (2**62,), 2**62)):
        raw = struct.pack("<i4x%dq" % (len(sizes) * 2 + 1), rank, *sizes,
                          *strides, offset)
        yield "tar tensor %d %s %s %d" % (rank, sizes, strides, offset), \
            DAMAGED, tar(stored, P + one + P + b"(" + number(2) + number(1) +
                         name_of("torch", "FloatTensor") + b"t." + raw,
                         P + text("2") + b"Q.")
    yield "tar call", UNSAFE, tar(obj=P + name_of("os", "system") + text(
        "x") + b"\x85R.")
    yield "tar call in storages", UNSAFE, tar(
        storages=P + name_of("os", "system") + text("x") + b"\x85R.")
    yield "tar call in tensors", UNSAFE, tar(
        tensors_=P + name_of("os", "system") + text("x") + b"\x85R.")
    for kind in b"123456":
        yield "tar member of kind %c" % kind, ANY, tar(more=member(
            b"x", b"", kind=bytes([kind]), link=b"/etc/passwd"))
    for name in (b"../x", b"/etc/x"):
        yield "tar name %s" % name.decode(), ANY, tar(more=member(name, b"a"))
    yield "tar twice", DAMAGED, tar(more=member(b"pickle", P + b"N."))
    for size in (b"77777777777\0", b"\x80" + b"\xff" * 11, b"-0000000001\0",
                 b"zzzzzzzzzzz\0"):
        yield "tar size %s" % size.hex(), DAMAGED, header(
            b"sys_info", size) + bytes(1024)
    yield "tar of nothing", DAMAGED, header(b"sys_info", 0) + bytes(1024)


def others():
    def st(head, data=b""):
        head = head if isinstance(head, bytes) else json.dumps(head).encode()
        return struct.pack("<Q", len(head)) + head + data

    def one(shape, begin, end, dtype="F32"):
        return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}

    yield "st sound", OK, st({"a": one([2], 0, 8)}, bytes(8))
    for what, made in {
            "hole": st({"a": one([1], 4, 8)}, bytes(8)),
            "overlap": st({"a": one([2], 0, 8), "b": one([1], 4, 8)},
                          bytes(8)),
            "tail": st({"a": one([1], 0, 4)}, bytes(8)),
            "short": st({"a": one([2], 0, 8)}, bytes(7)),
            "shape": st({"a": one([2], 0, 4)}, bytes(4)),
            "overflow": st({"a": one([2**62, 4], 0, 0)}),
            "overflow 2": st({"a": one([2**32, 2**32], 0, 0)}),
            "below": st({"a": one([-1], 0, 4)}, bytes(4)),
            "backwards": st({"a": one([1], 4, 0)}, bytes(4)),
            "float": st({"a": one([1.0], 0, 4)}, bytes(4)),
            "big": st({"a": one([1], 0, 10**30)}, bytes(4)),
            "dtype": st({"a": one([1], 0, 4, "X9")}, bytes(4)),
            "no dtype": st({"a": {"shape": [], "data_offsets": [0, 0]}}),
            "more": st({"a": dict(one([1], 0, 4), x=1)}, bytes(4)),
            "metadata": st({"__metadata__": {"a": 1}}),
            "list": st(b"[]"), "no JSON": st(b'{"a"'),
            "two keys": st(b'{"a":{"dtype":"F32","shape":[1],"data_offsets":'
                           b'[0,4]},"a":{"dtype":"F32","shape":[1],'
                           b'"data_offsets":[0,4]}}', bytes(4)),
            "not UTF-8": st(b'{"\xff":1}'),
            "rest": st(b"{} x"), "nul": st(b"{}\0"),
            "header 2^63": struct.pack("<Q", 2**63) + b"{}",
            "header 10^8": struct.pack("<Q", 10**8 + 1) + b"{}" + bytes(999),
            "header past it": struct.pack("<Q", 1000) + b"{}" + bytes(99),
    }.items():
        yield "st " + what, DAMAGED, made
    for depth in (1000, 10**5, 10**6):
        yield "st deep %d" % depth, REFUSED, st(b'{"a":' * depth +
                                                b"}" * depth)
        yield "st lists %d" % depth, REFUSED, st(b'{"a":' + b"[" * depth)
    yield "st many", ANY, st({str(i): one([0], 0, 0)
                              for i in range(300000)})
    yield "st digits", REFUSED, st(b'{"a":' + b"9" * 10**6 + b"}")
    yield "st blanks", ANY, st(b"{" + b" " * 10**7 + b"}")
    heads = {
        "O": "{'descr':'|O','fortran_order':False,'shape':(1,),}",
        "below": "{'descr':'<f4','fortran_order':False,'shape':(-1,),}",
        "large": "{'descr':'<f4','fortran_order':False,'shape':(9%s,),}" % (
            "9" * 20),
        "overflow": "{'descr':'<f4','fortran_order':False,'shape':"
                    "(4611686018427387904,4),}",
        "nothing": "{'descr':'<f4','fortran_order':True,'shape':"
                   "(4611686018427387904,0,4611686018427387904),}",
        "struct": "{'descr':[('a','<f4')],'fortran_order':False,'shape':(1,)}",
        "code": "{'descr':'<f4','fortran_order':__import__('os'),'shape':()}",
        "missing": "{'descr':'<f4','shape':(1,),}",
        "short": "{'descr':'<f8','fortran_order':False,'shape':(1,),}",
        "ranks": "{'descr':'<f4','fortran_order':False,'shape':(%s),}" % (
            "1," * 100), "deep": "{'descr':" + "(" * 10**5, "empty": "",
        "twice": "{'descr':'<f4','descr':'<f4','fortran_order':False,"
                 "'shape':(1,)}"}
    for what, head in heads.items():
        expected = REFUSED
        yield "npy " + what, expected, b"\x93NUMPY\2\0" + struct.pack(
            "<I", len(head)) + head.encode() + bytes(4)
    yield "npy header", DAMAGED, b"\x93NUMPY\2\0" + struct.pack(
        "<I", 2**32 - 1) + b"{}"
    yield "npy version", DAMAGED, b"\x93NUMPY\x09\0\2\0{}"
    yield "npy cut", DAMAGED, b"\x93NUMPY\1"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as npz:
        npz.writestr("a.npy", b"\x93NUMPY\1\0\2\0{}")
    yield "npz damaged", DAMAGED, out.getvalue()
    for what, made in {
            "pointer": b"version https://git-lfs.github.com/spec/v1\noid sha25"
                       b"6:abc\nsize 12\n", "page": b"<!DOCTYPE html><html>",
            "xml": b"<?xml version='1.0'?><Error/>", "empty": b"",
            "gzip": b"\x1f\x8b\x08" + bytes(20), "zeros": bytes(10**5),
            "text": b"hello\n", "hdf5": b"\x89HDF\r\n\x1a\n" + bytes(50),
            "elf": b"\x7fELF" + bytes(500), "json": b'{"a": 1}',
            "png": b"\x89PNG\r\n\x1a\n" + bytes(50), "one byte": b"P",
            "plain pickle": P + b"K\1.", "old zip": b"PYTORCH1" + bytes(50),
            "7z": b"7z\xbc\xaf\x27\x1c" + bytes(50), "rar": b"Rar!\x1a\7\0",
            "onnx": b"\x08\x07\x12\x07pytorch", "gguf": b"GGUF\3\0\0\0",
    }.items():
        yield "no file: " + what, DAMAGED, made
    for what, made in {
            "up": b'{"weight_map":{"a":"../x"}}',
            "itself": b'{"weight_map":{"a":"index itself.pt"}}',
            "absolute": b'{"weight_map":{"a":"/etc/passwd"}}',
            "gone": b'{"weight_map":{"a":"nobody.safetensors"}}',
            "number": b'{"weight_map":{"a":1}}',
            "list": b'{"weight_map":[]}',
            "deep": b'{"weight_map":' + b"{" * 10**5}.items():
        yield "index " + what, REFUSED | {3}, made


def changed(seeds, per_file=25):
    """Files with a few changed bytes, which may be sound by chance."""
    choice = random.Random(1)
    for path in seeds:
        with open(path, "rb") as file:
            sound = file.read()
        name = os.path.basename(path)
        for i in range(per_file):
            data = bytearray(sound)
            for _ in range(choice.choice([1, 1, 3, 10])):
                at = choice.randrange(len(data))
                data[at] = choice.choice([0, 255, choice.randrange(256),
                                          data[at] ^ 1 << choice.randrange(8)])
            # An index names files that are not there.
            expected = ANY | {3} if name.endswith(".index.json") else ANY
            yield "%s changed %d" % (name, i), expected, bytes(data)
        for i in range(8):
            yield "%s cut %d" % (name, i), ANY, sound[:choice.randrange(
                len(sound))]


def files(seeds=()):
    for kind in (tensors(), sparse(), arrays(), calls(), pickles(), zips(),
                 bombs(), legacy(), tars(), others(), changed(seeds)):
        yield from kind
