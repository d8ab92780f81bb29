#include "sakuga/models/embedder.h"

namespace sakuga::models {

EmbedderImpl::EmbedderImpl(const EmbedderOptions& options)
    : net_(register_module(
          "net", Tagger(TaggerOptions{
                     .tags = options.dimensions, .width = options.width, .blocks = options.blocks}))) {}

torch::Tensor EmbedderImpl::forward(const torch::Tensor& pictures) {
  return torch::nn::functional::normalize(net_->forward(pictures));
}

}  // namespace sakuga::models
