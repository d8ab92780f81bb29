// What OpenImageIO overlooks in TIFF files (TIFF 6.0, BigTIFF). Internal to media.
#pragma once

#include <cstddef>
#include <span>

namespace sakuga::media {

// Whether the first directory says how many bits a sample has. If it does not, the standard means one,
// but OpenImageIO 2.4 takes it for eight. True for files that are too damaged to tell.
bool tiff_states_bits(std::span<const std::byte> tiff);

}  // namespace sakuga::media
