// sakuga data import | list | show | tag | licences | export
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <malloc.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "sakuga/cli/commands.h"
#include "sakuga/cli/default_model.h"
#include "sakuga/cli/ledger.h"
#include "sakuga/cli/options.h"
#include "sakuga/core/error.h"
#include "sakuga/core/progress.h"
#include "sakuga/data/export.h"
#include "sakuga/data/import.h"
#include "sakuga/data/overview.h"
#include "sakuga/data/retag.h"
#include "sakuga/data/selection.h"
#include "sakuga/media/image_file.h"
#include "sakuga/models/face_finder.h"

namespace sakuga::cli {
namespace {

namespace fs = std::filesystem;

const char* plural(int64_t count) {
  return count == 1 ? "picture" : "pictures";
}

nlohmann::json to_json(const data::ImportReport& report, const data::Dataset& dataset) {
  nlohmann::json skipped = nlohmann::json::array();
  for (const auto& [file, reason] : report.skipped) skipped.push_back({{"file", file}, {"reason", reason}});
  return {{"event", "imported"},
          {"added", report.added},
          {"present", report.present},
          {"repeated", report.repeated},
          {"skipped", std::move(skipped)},
          {"notes", report.notes},
          {"near_duplicates", report.near_duplicates},
          {"pictures", dataset.size()},
          {"digest", dataset.digest()}};
}

void print_report(const data::ImportReport& report, const data::Dataset& dataset) {
  const std::string name = dataset.path().string();
  fmt::print("{}: {} {} added, {} in all ({} to train, {} to test)\n", name, report.added,
             plural(report.added), dataset.size(), dataset.size(data::Split::Train),
             dataset.size(data::Split::Test));
  if (report.present > 0) fmt::print("{} {} were in it already\n", report.present, plural(report.present));
  if (report.repeated > 0)
    fmt::print("{} {} came more than once\n", report.repeated, plural(report.repeated));
  if (!report.near_duplicates.empty()) {
    fmt::print("{} groups of pictures look alike; sakuga data list --duplicates {} names them\n",
               report.near_duplicates.size(), name);
  }
  for (const auto& note : report.notes) fmt::print("note: {}\n", note);
  if (!report.skipped.empty())
    fmt::print("{} {} skipped:\n", report.skipped.size(), plural(report.skipped.size()));
  for (const auto& [file, reason] : report.skipped) fmt::print("  {}: {}\n", file, reason);
}

// Training keeps freed memory for its next step (environment.cpp). An import returns it, so that a large
// picture does not need new memory beside the old.
void return_freed_memory() {
  constexpr int kLarge = 1 << 20;
  mallopt(M_MMAP_THRESHOLD, kLarge);
  mallopt(M_TRIM_THRESHOLD, kLarge);
  mallopt(M_TOP_PAD, kLarge);
}

std::string today() {
  return fmt::format("{:%Y-%m-%d}", fmt::gmtime(std::chrono::system_clock::now()));
}

// With the detector of zoo/, unless a cascade is named. The largest face is the one that the picture is of.
data::FaceSearch face_search(const data::ImportOptions& options) {
  if (options.crop != "face" || !options.cascade.empty()) return {};
  return [finder = models::FaceFinder::load(face_detector_or_default(""))](
             const media::Image8& image) -> std::optional<data::Square> {
    const auto faces = finder->find(image);
    const auto largest = std::ranges::max_element(faces, {}, &models::Face::side);
    if (largest == faces.end()) return std::nullopt;
    const auto pixel = [](double at) { return static_cast<int>(std::lround(at)); };
    return data::Square{.x = pixel(largest->x - largest->side / 2),
                        .y = pixel(largest->y - largest->side / 2),
                        .side = pixel(largest->side)};
  };
}

void add_import(CLI::App& data_command) {
  struct Request {
    std::string dataset;
    std::vector<std::string> inputs;
    data::ImportOptions options;
  };
  auto request = std::make_shared<Request>();
  CLI::App& command =
      *data_command.add_subcommand("import", "Add pictures, with tags and licences, to a dataset");
  command.add_option("dataset", request->dataset, "Dataset to make or add to")->required();
  command.add_option("input", request->inputs, "Folders, zips, pictures")->required();
  visit_fields(request->options, [&](const std::string& name, auto& value, const core::Field& field) {
    if (name != "tags") return add_field(command, name, value, field);
    // A specification has commas of its own.
    command.add_option("--tags", request->options.tags, field.help + "; may be repeated")
        ->type_name("SPEC")
        ->type_size(1)
        ->expected(-1)
        ->allow_extra_args(false);
  });
  command.callback([request, &command] {
    return_freed_memory();
    if (request->options.retrieved.empty()) request->options.retrieved = today();
    const std::vector<fs::path> inputs(request->inputs.begin(), request->inputs.end());
    const auto report =
        data::import_pictures(request->dataset, inputs, request->options, face_search(request->options));
    const auto dataset = data::Dataset::open(request->dataset);
    if (wants_json(command)) {
      fmt::print("{}\n", to_json(report, dataset).dump());
    } else {
      print_report(report, dataset);
    }
  });
}

void print_duplicates(const data::Dataset& dataset, bool json) {
  for (const auto& group : data::look_alikes(dataset)) {
    nlohmann::json line = nlohmann::json::array();
    if (!json) fmt::print("{} pictures alike:\n", group.size());
    for (const auto& info : group) {
      const std::string file = dataset.origin(info.id).file, split = data::split_name(info.split);
      line.push_back({{"id", info.id}, {"split", split}, {"file", file}});
      if (!json) fmt::print("{:>9} {:5} {}\n", info.id, split, file);
    }
    if (json) fmt::print("{}\n", line.dump());
  }
}

void list_dataset(const std::string& file, bool duplicates, bool json) {
  const auto dataset = data::Dataset::open(file);
  if (duplicates) {
    print_duplicates(dataset, json);
  } else if (json) {
    fmt::print("{}\n", data::overview_json(dataset).dump());
  } else {
    fmt::print("{}", data::overview_text(dataset));
  }
}

void add_list(CLI::App& data_command) {
  auto files = std::make_shared<std::vector<std::string>>();
  auto duplicates = std::make_shared<bool>(false);
  CLI::App& command = *data_command.add_subcommand("list", "Count pictures, tags, splits and licences");
  command.add_option("dataset", *files, "Datasets")->required();
  command.add_flag("--duplicates", *duplicates, "Name the groups of pictures that look alike instead");
  command.callback([files, duplicates, &command] {
    for (const auto& file : *files) list_dataset(file, *duplicates, wants_json(command));
  });
}

void add_show(CLI::App& data_command) {
  struct Request {
    std::string dataset, output;
    data::Selection selection;
    data::SheetOptions sheet;
  };
  auto request = std::make_shared<Request>();
  CLI::App& command = *data_command.add_subcommand("show", "Draw a contact sheet of a dataset");
  command.add_option("dataset", request->dataset, "Dataset")->required();
  command.add_option("-o,--output", request->output, "Picture to write")->required();
  add_options(command, request->selection);
  add_options(command, request->sheet);
  command.callback([request] {
    const auto dataset = data::Dataset::open(request->dataset);
    const auto pictures = data::select(dataset, request->selection);
    media::write_image(request->output, data::dataset_sheet(dataset, pictures, request->sheet));
    fmt::print("{}: {} of {} {}\n", request->output,
               std::min<int64_t>(request->sheet.count, std::ssize(pictures)), pictures.size(),
               plural(std::ssize(pictures)));
  });
}

void add_tag(CLI::App& data_command) {
  struct Request {
    std::string dataset;
    data::Selection selection;
    data::TagChanges changes;
  };
  auto request = std::make_shared<Request>();
  CLI::App& command = *data_command.add_subcommand("tag", "Rename, remove and add tags");
  command.add_option("dataset", request->dataset, "Dataset")->required();
  add_options(command, request->changes);
  add_options(command, request->selection);
  command.callback([request] {
    const int64_t count = data::change_tags(request->dataset, request->selection, request->changes);
    fmt::print("{}: changed the tags of {} {}\n", request->dataset, count, plural(count));
  });
}

void add_licences(CLI::App& data_command) {
  auto files = std::make_shared<std::vector<std::string>>();
  CLI::App& command =
      *data_command.add_subcommand("licences", "Whose pictures a dataset has, and what that permits");
  command.add_option("dataset", *files, "Datasets")->required();
  command.callback([files, &command] {
    for (const auto& file : *files) {
      print_ledger(file, data::Dataset::open(file).licences(), wants_json(command));
    }
  });
}

void add_export(CLI::App& data_command) {
  struct Request {
    std::string dataset, output, format = "kohya";
    data::Selection selection;
  };
  auto request = std::make_shared<Request>();
  CLI::App& command = *data_command.add_subcommand("export", "Write pictures and tags for other trainers");
  command.add_option("dataset", request->dataset, "Dataset")->required();
  command.add_option("-o,--output", request->output, "Folder (kohya) or zip (stylegan) to write")->required();
  add_field(command, "format", request->format,
            {.help = "a folder with tags in .txt files, or a zip with dataset.json",
             .choices = {"kohya", "stylegan"}});
  add_options(command, request->selection);
  command.callback([request] {
    const auto dataset = data::Dataset::open(request->dataset);
    const auto pictures = data::select(dataset, request->selection);
    const auto write = request->format == "stylegan" ? data::export_stylegan : data::export_folder;
    write(dataset, pictures, request->output);
    fmt::print("{}: {} {}\n", request->output, pictures.size(), plural(std::ssize(pictures)));
  });
}

}  // namespace

void add_data(CLI::App& app) {
  CLI::App& command = *app.add_subcommand("data", "Datasets: pictures with tags and licences");
  command.require_subcommand(1);
  add_import(command);
  add_list(command);
  add_show(command);
  add_tag(command);
  add_licences(command);
  add_export(command);
}

}  // namespace sakuga::cli
