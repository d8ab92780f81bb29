#include "sakuga/nn/conv_engine.h"

#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace sakuga::nn {
namespace {

// The kernel hands out the 8 KiB of tile state only on request (Linux 5.16, x86 "dynamic features").
bool ask_kernel_for_tiles() {
  constexpr long kRequestPermission = 0x1023, kTileData = 18;
  return syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
}

struct Features {
  bool avx512_bf16 = false, amx_bf16 = false;
};

Features processor_features() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return {};
  const bool amx = (d >> 24 & 1) && (d >> 22 & 1);
  const bool avx512 = (b >> 16 & 1) && (b >> 17 & 1) && (b >> 30 & 1) && (b >> 31 & 1);  // F, DQ, BW, VL.
  if (!__get_cpuid_count(7, 1, &a, &b, &c, &d)) return {};
  // The compiler's builtin also asks whether the system saves the wide registers.
  const bool usable = avx512 && (a >> 5 & 1) && __builtin_cpu_supports("avx512f");
  return {.avx512_bf16 = usable, .amx_bf16 = usable && amx};
}

}  // namespace

bool conv_engine_available() {
  static const bool available = processor_features().avx512_bf16;
  return available;
}

bool conv_engine_has_tiles() {
  static const bool tiles = processor_features().amx_bf16 && ask_kernel_for_tiles();
  return tiles;
}

}  // namespace sakuga::nn
