// A net that says who a picture shows: pictures of one character lie near one another, others apart.
//
// The trunk of the tagger (tagger.h) with a dense layer to `dimensions` numbers, of length one together, so
// that the cosine of two pictures is their product.
#pragma once

#include "sakuga/models/tagger.h"

namespace sakuga::models {

struct EmbedderOptions {
  int64_t dimensions = 128;
  int64_t width = 64;
  int64_t blocks = 2;
};

void visit_fields(EmbedderOptions& options, auto&& visit) {
  using core::Field;
  visit("dimensions", options.dimensions, Field{.help = "numbers of an embedding", .min = 2, .max = 1024});
  visit("width", options.width,
        Field{.help = "channels of the first stage, a multiple of 64", .min = 64, .max = 256});
  visit("blocks", options.blocks, Field{.help = "residual blocks of each stage", .min = 0, .max = 8});
}

class EmbedderImpl : public torch::nn::Module {
 public:
  explicit EmbedderImpl(const EmbedderOptions& options = {});  // Throws as TaggerImpl.

  torch::Tensor forward(const torch::Tensor& pictures);  // [n, dimensions], rows of length one.
  int64_t dimensions() const { return net_->tag_count(); }

 private:
  Tagger net_;
};
TORCH_MODULE(Embedder);

}  // namespace sakuga::models
