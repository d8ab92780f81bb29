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

bool processor_has_tiles() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return false;
  const bool amx = (d >> 24 & 1) && (d >> 22 & 1), avx512 = (b >> 16 & 1) && (b >> 30 & 1);
  if (!__get_cpuid_count(7, 1, &a, &b, &c, &d)) return false;
  const bool avx512_bf16 = a >> 5 & 1;
  return amx && avx512 && avx512_bf16;
}

}  // namespace

bool conv_engine_available() {
  static const bool available = processor_has_tiles() && ask_kernel_for_tiles();
  return available;
}

}  // namespace sakuga::nn
