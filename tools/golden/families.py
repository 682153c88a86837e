"""Which op belongs to which golden file."""

_TEXT = {
    "unary": """
        abs acos acosh asin asinh atan atanh ceil clone cos cosh deg2rad erf
        erfc exp exp2 expm1 floor frac isfinite isinf isnan isneginf isposinf
        log log10 log1p log2 logical_not logit nan_to_num neg positive rad2deg
        reciprocal round rsqrt sgn sigmoid sign signbit sin sinc sinh sqrt
        square tan tanh trunc""",
    "binary": """
        add addcdiv addcmul atan2 clamp clamp_max clamp_min copysign div eq
        float_power floor_divide fmax fmin fmod ge gt heaviside hypot isclose
        le lerp logaddexp logaddexp2 logical_and logical_or logical_xor lt
        maximum minimum mul ne pow remainder rsub sub true_divide where
        xlogy equal""",
    "reduce": """
        all amax amin aminmax any argmax argmin count_nonzero cummax cummin
        cumprod cumsum cumulative_trapezoid diff dist histc kthvalue
        log_softmax logcumsumexp logsumexp max mean median min mode nanmean
        nanmedian nansum norm prod renorm softmax std std_mean sum sum_to_size
        trace trapezoid trapz var var_mean""",
    "shape": """
        as_strided atleast_1d atleast_2d atleast_3d block_diag
        broadcast_tensors broadcast_to cartesian_prod cat chunk column_stack
        combinations constant_pad_nd diag diag_embed diagflat diagonal dsplit
        dstack expand expand_as flatten flip fliplr flipud hsplit hstack
        meshgrid movedim narrow narrow_copy permute ravel repeat
        repeat_interleave reshape reshape_as roll rot90 split
        split_with_sizes squeeze stack t tensor_split tile transpose tril triu
        unbind unflatten unfold unsqueeze view view_as vsplit vstack""",
    "create": """
        arange eye full_like new_full new_ones new_zeros ones ones_like zeros
        zeros_like""",
    "index": """
        argsort argwhere bucketize diagonal_scatter gather gradient index_add
        index_copy index_fill index_put index_reduce index_select isin
        masked_fill masked_scatter masked_select msort nonzero put scatter
        scatter_add scatter_reduce searchsorted select select_scatter sort
        take take_along_dim topk unique unique_consecutive""",
    "linalg": """
        addbmm addmm addmv addr baddbmm bmm cdist cross dot inner kron matmul
        mm mv outer tensordot nn.functional.bilinear
        nn.functional.linear nn.functional._scaled_dot_product_attention""",
    "activation": """
        nn.functional.celu nn.functional.elu nn.functional.gelu
        nn.functional.glu nn.functional.hardshrink nn.functional.hardsigmoid
        nn.functional.hardswish nn.functional.hardtanh
        nn.functional.leaky_relu nn.functional.logsigmoid nn.functional.mish
        nn.functional.prelu nn.functional.relu nn.functional.relu6
        nn.functional.selu nn.functional.silu nn.functional.softmin
        nn.functional.softplus nn.functional.softshrink
        nn.functional.softsign nn.functional.tanhshrink
        nn.functional.threshold""",
    "loss": """
        nn.functional.binary_cross_entropy
        nn.functional.binary_cross_entropy_with_logits
        nn.functional.cosine_embedding_loss nn.functional.cosine_similarity
        nn.functional.cross_entropy nn.functional.gaussian_nll_loss
        nn.functional.hinge_embedding_loss nn.functional.huber_loss
        nn.functional.kl_div nn.functional.l1_loss
        nn.functional.margin_ranking_loss nn.functional.mse_loss
        nn.functional.multi_margin_loss nn.functional.multilabel_margin_loss
        nn.functional.multilabel_soft_margin_loss nn.functional.nll_loss
        nn.functional.pairwise_distance nn.functional.pdist
        nn.functional.poisson_nll_loss nn.functional.smooth_l1_loss
        nn.functional.soft_margin_loss nn.functional.triplet_margin_loss""",
    "conv": """
        nn.functional.conv1d nn.functional.conv2d
        nn.functional.conv_transpose1d nn.functional.conv_transpose2d
        nn.functional.conv_transpose3d nn.functional.unfold""",
    "pool": """
        nn.functional.adaptive_avg_pool1d nn.functional.adaptive_avg_pool2d
        nn.functional.adaptive_avg_pool3d nn.functional.adaptive_max_pool1d
        nn.functional.adaptive_max_pool2d nn.functional.adaptive_max_pool3d
        nn.functional.avg_pool1d nn.functional.avg_pool2d
        nn.functional.avg_pool3d nn.functional.max_pool1d
        nn.functional.max_pool2d nn.functional.max_pool3d
        nn.functional.max_unpool1d nn.functional.max_unpool2d
        nn.functional.max_unpool3d""",
    "norm": """
        native_batch_norm native_layer_norm nn.functional.batch_norm
        nn.functional.group_norm nn.functional.instance_norm
        nn.functional.layer_norm nn.functional.local_response_norm
        nn.functional.normalize""",
    "image": """
        nn.functional.embedding nn.functional.embedding_bag
        nn.functional.grid_sample nn.functional.interpolate nn.functional.pad
        nn.functional.pixel_shuffle nn.functional.pixel_unshuffle
        nn.functional.upsample_bilinear nn.functional.upsample_nearest""",
}

FAMILIES = {name: text.split() for name, text in _TEXT.items()}
