// sakuga model list | info | import | export
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "sakuga/cli/commands.h"
#include "sakuga/cli/options.h"
#include "sakuga/core/error.h"
#include "sakuga/core/files.h"
#include "sakuga/core/hash.h"
#include "sakuga/data/licence.h"
#include "sakuga/models/model_file.h"

namespace sakuga::cli {
namespace {

namespace fs = std::filesystem;
using core::ErrorKind;
using core::fail;
using core::Field;
using nlohmann::json;

void print_json(const json& object) {
  // replace: a path may hold any bytes, and dump() throws at those that are not UTF-8.
  fmt::print("{}\n", object.dump(-1, ' ', false, json::error_handler_t::replace));
}

std::string licence_text(const weights::Card& card, const fs::path& path) {
  if (card.licences.is_null()) return "unknown, so it permits nothing";
  return data::verdict_text(data::ledger_from_json(card.licences, path.string()));
}

std::string size_text(const weights::Card& card) {
  return card.resolution > 0 ? fmt::format("{0}x{0}", card.resolution) : std::string("any size");
}

void list_architectures(bool as_json) {
  for (const auto& item : models::architectures()) {
    if (as_json)
      print_json(
          json{{"id", item.id}, {"role", item.role}, {"about", item.about}, {"options", item.options}});
    else
      fmt::print("{:24} {:14} {}\n", item.id, item.role, item.about);
  }
}

void list_model(const fs::path& path, bool as_json) {
  try {
    const auto info = models::model_info(path);
    if (as_json)
      print_json(json{{"path", path.string()},
                      {"role", info.role},
                      {"parameters", info.parameters},
                      {"bytes", info.bytes},
                      {"architecture", info.card.architecture},
                      {"resolution", info.card.resolution},
                      {"tags", info.card.tags.size()},
                      {"title", info.card.title}});
    else
      fmt::print("{}  {}, {}, {} tags, {:.1f} M parameters, {:.1f} MB{}{}\n", path.string(),
                 info.card.architecture, size_text(info.card), info.card.tags.size(),
                 double(info.parameters) / 1e6, double(info.bytes) / 1e6, info.card.title.empty() ? "" : ": ",
                 info.card.title);
  } catch (const core::Error& error) {
    // A folder may hold anything; what is no model of ours is said and passed over.
    if (as_json)
      print_json(json{{"path", path.string()}, {"error", error.what()}});
    else
      fmt::print("{}  {}\n", path.string(), error.what());
  }
}

std::vector<fs::path> weights_files(const std::vector<std::string>& places) {
  std::vector<fs::path> files;
  for (const auto& place : places) {
    if (fs::is_regular_file(place))
      files.push_back(place);
    else if (!fs::is_directory(place))
      fail(ErrorKind::NotFound, "model list: no file or folder {}", place);
    else
      for (const auto& entry : fs::directory_iterator(place))
        if (entry.path().extension() == ".safetensors") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

void add_list(CLI::App& parent) {
  struct Request {
    std::vector<std::string> places = {"zoo"};
    bool architectures = false;
  };
  auto request = std::make_shared<Request>();
  CLI::App& command = *parent.add_subcommand("list", "The models in files and folders");
  command.add_option("PATH", request->places, "Files and folders with .safetensors")->capture_default_str();
  command.add_flag("--architectures", request->architectures, "List the nets that a model can be instead");
  command.callback([request, &command] {
    if (request->architectures) return list_architectures(wants_json(command));
    for (const auto& path : weights_files(request->places)) list_model(path, wants_json(command));
  });
}

std::string listed(const std::map<std::string, int64_t>& counts) {
  std::vector<std::string> parts;
  for (const auto& [name, count] : counts) parts.push_back(fmt::format("{} x {}", count, name));
  return fmt::format("{}", fmt::join(parts, ", "));
}

// "hair: aqua_hair, black_hair" for each group, then the lone tags.
std::vector<std::string> tag_lines(const weights::Card& card) {
  std::map<std::string, std::vector<std::string>> groups;
  for (size_t tag = 0; tag < card.tags.size(); ++tag)
    groups[card.tag_groups.empty() ? "" : card.tag_groups[tag]].push_back(card.tags[tag]);
  std::vector<std::string> lines;
  for (const auto& [group, tags] : groups)
    lines.push_back(
        fmt::format("{}{}", group.empty() ? "" : "one " + group + " of: ", fmt::join(tags, ", ")));
  return lines;
}

void print_line(const std::string& label, const std::string& text) {
  if (!text.empty()) fmt::print("{:14} {}\n", label, text);
}

void show_info(const fs::path& path, bool as_json) {
  const auto info = models::model_info(path);
  const auto sha256 = core::sha256_file(path);
  const auto& card = info.card;
  if (as_json) {
    print_json(json{{"path", path.string()},
                    {"sha256", sha256},
                    {"bytes", info.bytes},
                    {"role", info.role},
                    {"parameters", info.parameters},
                    {"dtypes", info.dtypes},
                    {"licence", licence_text(card, path)},
                    {"card", weights::to_json(card)}});
    return;
  }
  print_line("title", card.title);
  print_line("architecture", fmt::format("{} ({})", card.architecture, info.role));
  print_line("options", card.options.dump());
  print_line("resolution", size_text(card));
  print_line("parameters", fmt::format("{}", info.parameters));
  print_line("tensors", listed(info.dtypes));
  for (const auto& line : tag_lines(card)) print_line("tags", line);
  if (card.pictures_seen > 0) print_line("trained on", fmt::format("{} pictures seen", card.pictures_seen));
  for (const auto& metric : card.metrics)
    print_line("metric", fmt::format("{} {:.4g} +- {:.2g} ({})", metric.name, metric.value, metric.deviation,
                                     metric.protocol));
  print_line("licence", licence_text(card, path));
  print_line("sha256", sha256);
  print_line("bytes", fmt::format("{}", info.bytes));
}

void add_info(CLI::App& parent) {
  auto path = std::make_shared<std::string>();
  CLI::App& command = *parent.add_subcommand("info", "What a model is, has seen and permits");
  command.add_option("FILE", *path, "A .safetensors with a model card")->required();
  command.callback([path, &command] { show_info(*path, wants_json(command)); });
}

struct ImportRequest {
  std::string in, out, names;
  std::vector<std::string> set;
  models::ImportOptions options;
  std::string licence = data::kNoAssertion, author, source;
};

void visit_fields(ImportRequest& request, auto&& visit) {
  auto& options = request.options;
  visit(
      "architecture", options.architecture,
      Field{.help = "the net, see sakuga model list --architectures; of a known layout it need not be said"});
  visit("title", options.title, Field{.help = "one line for the model's card"});
  visit("tags", options.tags, Field{.help = "names of the tags, in the net's order"});
  visit("tag_groups", options.tag_groups,
        Field{.help = "for each tag the group of which a picture has one, or - for none"});
  visit("tag_on", options.tag_on, Field{.help = "what a generator takes for a tag that is there"});
  visit("tag_off", options.tag_off, Field{.help = "what it takes for one that is not"});
  visit("resolution", options.resolution,
        Field{.help = "picture size in pixels, of a tagger", .min = 0, .max = 4096});
  visit("licence", request.licence, Field{.help = "SPDX id of the licence of the weights"});
  visit("author", request.author, Field{.help = "whom that licence wants to be named"});
  visit("source", request.source, Field{.help = "where the weights come from"});
}

// "blocks=8" and "init=he": numbers and booleans as JSON has them, everything else is text.
json options_from(const std::vector<std::string>& settings) {
  auto options = json::object();
  for (const auto& setting : settings) {
    const auto equals = setting.find('=');
    if (equals == std::string::npos)
      fail(ErrorKind::BadRequest, "model import: --set wants key=value, got {}", setting);
    const auto text = setting.substr(equals + 1);
    const auto value = json::parse(text, nullptr, false);
    options[setting.substr(0, equals)] = value.is_discarded() ? json(text) : value;
  }
  return options;
}

std::vector<std::pair<std::string, std::string>> read_names(const std::string& path) {
  const auto object = json::parse(core::read_text(path), nullptr, false);
  std::vector<std::pair<std::string, std::string>> names;
  if (!object.is_object()) fail(ErrorKind::CorruptInput, "model import: {} is not a JSON object", path);
  for (const auto& [from, to] : object.items()) {
    if (!to.is_string())
      fail(ErrorKind::CorruptInput, "model import: {}: '{}' should map to a name", path, from);
    names.emplace_back(from, to.get<std::string>());
  }
  return names;
}

// The weights count as one picture of that licence: they permit what it permits.
json ledger_of(const ImportRequest& request) {
  data::LedgerSummary ledger{.counts = {{request.licence, 1}}};
  if (data::permissions_of(request.licence).attribution)
    ledger.credits = {
        {.author = request.author, .source = request.source, .licence = request.licence, .pictures = 1}};
  return data::ledger_to_json(ledger);
}

void run_import(ImportRequest request) {
  if (!data::is_known_licence(request.licence))
    fail(ErrorKind::BadRequest, "model import: unknown licence {}{}; NOASSERTION permits nothing",
         request.licence,
         data::nearest_licence(request.licence).empty()
             ? ""
             : "; did you mean " + data::nearest_licence(request.licence) + "?");
  request.options.options = options_from(request.set);
  if (!request.names.empty()) request.options.names = read_names(request.names);
  for (auto& group : request.options.tag_groups)
    if (group == "-") group.clear();
  request.options.licences = ledger_of(request);
  models::import_model(request.in, request.out, request.options);
}

void add_import(CLI::App& parent) {
  auto request = std::make_shared<ImportRequest>();
  CLI::App& command = *parent.add_subcommand("import", "Give foreign weights a model card");
  command.add_option("IN", request->in, "Foreign .safetensors, or a checkpoint of PyTorch (.pt, .pth)")
      ->required();
  command.add_option("-o,--output", request->out, "The model to write")->required();
  command.add_option("--set", request->set, "key=value: an option of the net that is not its default");
  command.add_option(
      "--names", request->names,
      "JSON file {\"name in IN\": \"name in the net\"}; names ending in . rename all that begin so");
  add_options(command, *request);
  command.callback([request] { run_import(*request); });
}

std::optional<weights::Dtype> dtype_of(const std::string& type) {
  if (type == "float32") return weights::Dtype::F32;
  if (type == "bfloat16") return weights::Dtype::BF16;
  if (type == "float16") return weights::Dtype::F16;
  return std::nullopt;
}

struct ExportRequest {
  std::string in, out, type = "keep";
  bool strip = false;
};

void visit_fields(ExportRequest& request, auto&& visit) {
  visit("type", request.type,
        Field{.help = "number type of the weights", .choices = {"keep", "float32", "bfloat16", "float16"}});
  visit("strip", request.strip, Field{.help = "leave out all that drawing does not need"});
}

void add_export(CLI::App& parent) {
  auto request = std::make_shared<ExportRequest>();
  CLI::App& command = *parent.add_subcommand("export", "Write a model in another number type, or smaller");
  command.add_option("IN", request->in, "A model")->required();
  command.add_option("-o,--output", request->out, "The .safetensors to write")->required();
  add_options(command, *request);
  command.callback([request] {
    models::export_model(request->in, request->out,
                         {.dtype = dtype_of(request->type), .strip = request->strip});
  });
}

}  // namespace

void add_model(CLI::App& app) {
  CLI::App& command = *app.add_subcommand("model", "List, inspect, import and export models");
  command.require_subcommand(1);
  add_list(command);
  add_info(command);
  add_import(command);
  add_export(command);
}

}  // namespace sakuga::cli
