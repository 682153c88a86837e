// Line charts out of characters, for a terminal.

#ifndef CRESSET_TOOLS_CRESSET_TEXT_PLOT_H_
#define CRESSET_TOOLS_CRESSET_TEXT_PLOT_H_

#include <string>

#include "cresset/tools/demos/svg_plot.h"

namespace cresset::cli {

/// The plot as lines of text, `width` columns of dots wide and `height` lines
/// high without axes and legend. Every character holds two by four dots; each
/// series has its own colour if `colored`.
std::string text_plot(const demos::Plot& plot, int width, int height,
                      bool colored);

}  // namespace cresset::cli

#endif  // CRESSET_TOOLS_CRESSET_TEXT_PLOT_H_
