#include "sakuga/models/model_file.h"

#include "sakuga/core/error.h"
#include "sakuga/models/load_net.h"
#include "sakuga/weights/foreign_layout.h"
#include "sakuga/weights/torch_checkpoint.h"

namespace sakuga::models {
namespace {

using core::ErrorKind;
using core::fail;
using weights::Dtype;

bool is_statistic(const std::string& name) {
  return name.ends_with("running_mean") || name.ends_with("running_var") ||
         name.ends_with("num_batches_tracked");
}

int64_t element_count(const weights::TensorInfo& tensor) {
  return int64_t(tensor.end - tensor.begin) / weights::dtype_size(tensor.dtype);
}

// The number type of the file's first weight.
Dtype weight_type(const weights::SafetensorsFile& file) {
  for (const auto& tensor : file.tensors())
    if (tensor.shape.size() >= 2 && (tensor.dtype == Dtype::BF16 || tensor.dtype == Dtype::F16))
      return tensor.dtype;
  return Dtype::F32;
}

// Narrowing to float16 turns a weight beyond 65,504 into infinity.
void check_narrowed(const nn::State& state, const std::filesystem::path& in) {
  for (const auto& view : state.views) {
    try {
      weights::check_finite(view, "export");
    } catch (const core::Error&) {
      fail(ErrorKind::BadRequest, "export: {}: '{}' has weights too large for {}, use bfloat16 or float32",
           in.string(), view.name, weights::dtype_name(view.dtype));
    }
  }
}

// The card of a foreign file, as far as the options tell.
weights::Card card_for(const ImportOptions& options) {
  const auto& architecture = find_architecture(options.architecture);
  auto net_options = options.options;
  const auto defaults = architecture.options(nlohmann::json::object());
  if (defaults.contains("tags") && !net_options.contains("tags")) net_options["tags"] = options.tags.size();

  weights::Card card{.architecture = options.architecture, .options = architecture.options(net_options)};
  card.title = options.title;
  card.tags = options.tags;
  card.tag_groups = options.tag_groups;
  card.tag_on = options.tag_on;
  card.tag_off = options.tag_off;
  card.resolution = options.resolution;
  card.licences = options.licences;
  if (architecture.role == Role::Generator) card.resolution = card.options.value("size", int64_t(64));
  if (architecture.role == Role::Translator) card.resolution = card.options.value("size", int64_t(0));

  const auto tags = card.options.value("tags", int64_t(0));
  if (tags != int64_t(card.tags.size()))
    fail(ErrorKind::BadRequest,
         "import: {} tag names, but the net has {} tags; name each, in the net's order", card.tags.size(),
         tags);
  if (!card.tag_groups.empty() && card.tag_groups.size() != card.tags.size())
    fail(ErrorKind::BadRequest, "import: {} tag groups for {} tags, expected one for each tag",
         card.tag_groups.size(), card.tags.size());
  return card;
}

// The options completed by what the file's layout tells, if it is a known one.
ImportOptions with_layout(ImportOptions options, const std::optional<weights::ForeignLayout>& layout,
                          const std::filesystem::path& in) {
  if (layout && (options.architecture.empty() || options.architecture == layout->architecture)) {
    options.architecture = layout->architecture;
    for (const auto& [key, value] : layout->options.items())
      if (!options.options.contains(key)) options.options[key] = value;
    if (options.names.empty()) options.names = layout->names;
  }
  if (options.architecture.empty())
    fail(ErrorKind::BadRequest,
         "import: {} has no layout that is known here; name the net with --architecture and, where its "
         "tensors are called otherwise, --names",
         in.string());
  return options;
}

}  // namespace

std::vector<ArchitectureInfo> architectures() {
  std::vector<ArchitectureInfo> list;
  for (const auto& row : catalog())
    list.push_back({row.id, role_name(row.role), row.about, row.options(nlohmann::json::object())});
  return list;
}

ModelInfo model_info(const std::filesystem::path& path) {
  const auto header = weights::read_safetensors_header(path);
  ModelInfo info{.card = weights::card_of(header.metadata, path)};
  info.role = role_name(find_architecture(info.card.architecture).role);
  info.bytes = std::filesystem::file_size(path);
  for (const auto& tensor : header.tensors) {
    ++info.dtypes[weights::dtype_name(tensor.dtype)];
    if (!is_statistic(tensor.name)) info.parameters += element_count(tensor);
  }
  return info;
}

void import_model(const std::filesystem::path& in, const std::filesystem::path& out,
                  const ImportOptions& given) {
  auto file = weights::is_torch_checkpoint(in) ? weights::read_torch_checkpoint(in)
                                               : weights::SafetensorsFile::open(in);
  const auto layout = weights::recognise_layout(file);
  const auto options = with_layout(given, layout, in);
  if (layout) file = file.without(layout->ignored);
  const auto card = card_for(options);
  auto names = options.names;
  std::stable_sort(names.begin(), names.end(),
                   [](const auto& a, const auto& b) { return a.first.size() > b.first.size(); });
  const auto net = load_net(file, card, names);
  weights::write_safetensors(out, nn::collect_state(*net).views, weights::metadata_of(card));
}

void export_model(const std::filesystem::path& in, const std::filesystem::path& out,
                  const ExportOptions& options) {
  const auto file = weights::SafetensorsFile::open(in);
  auto card = weights::card_of(file.metadata(), in);
  const auto left_over = options.strip ? nn::LeftOver::Ignore : nn::LeftOver::Refuse;
  const auto net = load_net(file, card, {}, left_over);
  auto state = nn::collect_state(*net, "", options.dtype.value_or(weight_type(file)));
  check_narrowed(state, in);
  if (!options.strip) return weights::write_safetensors(out, state.views, file.metadata());

  card.extra = nlohmann::json::object();
  std::erase_if(state.views, [](const auto& view) { return view.name.ends_with("num_batches_tracked"); });
  weights::write_safetensors(out, state.views, weights::metadata_of(card));
}

}  // namespace sakuga::models
