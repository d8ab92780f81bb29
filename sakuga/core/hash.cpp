#include "sakuga/core/hash.h"

#include <openssl/evp.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <vector>

#include "sakuga/core/error.h"

namespace sakuga::core {
namespace {

class Sha256 {
 public:
  Sha256() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
    check(context_ && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr));
  }

  void add(std::span<const std::byte> bytes) {
    check(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()));
  }

  std::string hexadecimal() {
    unsigned char digest[32];
    check(EVP_DigestFinal_ex(context_.get(), digest, nullptr));
    return fmt::format("{:02x}", fmt::join(digest, ""));
  }

 private:
  static void check(bool done) {
    if (!done) fail(ErrorKind::Internal, "sha256: OpenSSL refused");
  }

  std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context_;
};

}  // namespace

std::string sha256(std::span<const std::byte> bytes) {
  Sha256 hash;
  hash.add(bytes);
  return hash.hexadecimal();
}

std::string sha256_file(const std::filesystem::path& path) {
  const std::unique_ptr<FILE, int (*)(FILE*)> file(std::fopen(path.c_str(), "rb"), std::fclose);
  if (!file) fail(ErrorKind::NotFound, "read: cannot open {}: {}", path.string(), std::strerror(errno));
  Sha256 hash;
  std::vector<std::byte> buffer(1 << 16);
  while (const size_t count = std::fread(buffer.data(), 1, buffer.size(), file.get())) {
    hash.add(std::span(buffer).first(count));
  }
  if (std::ferror(file.get())) {
    fail(ErrorKind::NotFound, "read: cannot read {}: {}", path.string(), std::strerror(errno));
  }
  return hash.hexadecimal();
}

}  // namespace sakuga::core
