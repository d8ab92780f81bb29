#include "sakuga/film/deliver.h"

#include <algorithm>
#include <exception>

#include "sakuga/core/error.h"
#include "sakuga/core/fields_json.h"
#include "sakuga/core/files.h"
#include "sakuga/core/progress.h"
#include "sakuga/film/at_once.h"
#include "sakuga/film/drawings.h"
#include "sakuga/film/time_sheet.h"
#include "sakuga/media/colour.h"
#include "sakuga/media/frame_pipeline.h"

namespace sakuga::film {

namespace fs = std::filesystem;

namespace {

constexpr const char* kColumn = "A";  // Of the time sheet: the figure's.

// Sound under the shot, from the time that its first frame is heard at.
void add_sound(const Delivery& delivery, media::FrameWriteOptions& options) {
  const auto& shot = delivery.shot;
  if (!shot.audio) return;
  const double rate = shot.rate().value();
  options.sound_start_s = double(shot.audio->start + delivery.first - 1) / rate;
  options.sound_length_s = double(delivery.last - delivery.first + 1) / rate;
  if (shot.audio->file == "plate") {
    auto& clip = delivery.figure->plate().clip();
    options.sound_from = shot.folder() / shot.plate->file;
    options.sound_start_s +=
        clip.info().start_s + double(clip.number_at(1) - clip.info().first_number) / clip.info().rate.value();
  } else {
    options.sound_from = shot.folder() / shot.audio->file;
  }
}

media::FrameWriteOptions write_options(const Delivery& delivery, const Deliverable& deliverable) {
  auto options = deliverable.options;
  options.rate = delivery.shot.rate();
  options.alpha = deliverable.alpha;
  options.pad = options.pad || delivery.preview;
  options.first_number = delivery.first;
  options.comment = delivery.ledger.value("verdict", "");
  options.metadata["sakuga"] = delivery.ledger.dump();
  add_sound(delivery, options);
  return options;
}

// Everything that the file depends on.
std::string work_of(const Delivery& delivery, const Deliverable& deliverable) {
  const auto options = write_options(delivery, deliverable);
  nlohmann::ordered_json work = {"deliver",
                                 1,
                                 core::fields_to_json(deliverable),
                                 media::rate_text(options.rate),
                                 options.sound_from.string(),
                                 options.sound_start_s,
                                 options.sound_length_s,
                                 delivery.ledger};
  for (int64_t frame = delivery.first; frame <= delivery.last; ++frame)
    work.push_back(delivery.finished.id(frame));
  return digest(work);
}

int64_t bytes_of(const fs::path& file) {
  std::error_code error;
  const auto size = fs::file_size(file, error);
  return error ? -1 : int64_t(size);
}

bool is_there(const fs::path& film, const std::string& work) {
  const auto sidecar = sidecar_of(film);
  if (!fs::exists(sidecar)) return false;
  const auto json = nlohmann::json::parse(core::read_text(sidecar), nullptr, false);
  return json.is_object() && json.value("work", "") == work &&
         json.value("bytes", int64_t{-2}) == bytes_of(film);
}

void encode(const Delivery& delivery, const Deliverable& deliverable, const fs::path& film) {
  const auto first = delivery.finished.get(delivery.first);
  const auto writer =
      media::FrameWriter::create(film, first.width, first.height, write_options(delivery, deliverable));
  media::WriteBehind behind(*writer);
  core::Progress progress("encode " + film.filename().string(), "frames", delivery.last - delivery.first + 1);
  run_at_once(range(delivery.first, delivery.last), [&](int64_t frame) -> FrameTask {
    auto picture = std::make_shared<media::Image>();
    const auto work = [&, picture, get = delivery.finished.getter(frame)] {
      *picture = get();
      if (!deliverable.alpha)
        for (auto& p : picture->pixels) p = {p.r * p.a, p.g * p.a, p.b * p.a, 1};
    };
    const auto finish = [&, picture, frame] {
      behind.take(*picture);
      progress.update(frame - delivery.first + 1);
    };
    return {.work = work, .finish = finish};
  });
  behind.close();
}

void write_sidecar(const Delivery& delivery, const fs::path& film, const std::string& work) {
  nlohmann::ordered_json json = {
      {"deliverable", film.filename().string()}, {"bytes", bytes_of(film)}, {"work", work}};
  json.update(delivery.ledger);
  core::write_file(sidecar_of(film), json.dump(2) + "\n");
}

// What cels/ holds, by drawing file: the id that it was made from.
nlohmann::json cels_there(const fs::path& list) {
  if (!fs::exists(list)) return nlohmann::json::object();
  auto json = nlohmann::json::parse(core::read_text(list), nullptr, false);
  return json.is_object() ? json : nlohmann::json::object();
}

}  // namespace

std::string labelled(const std::string& file, const std::string& label) {
  if (label.empty()) return file;
  // Before the number of a sequence, so that it stays last.
  const auto percent = file.find('%');
  const auto dot = percent != std::string::npos ? percent : file.rfind('.');
  if (percent != std::string::npos) return file.substr(0, dot) + label + "." + file.substr(dot);
  return dot == std::string::npos ? file + "." + label : file.substr(0, dot) + "." + label + file.substr(dot);
}

void check_deliverables(const Delivery& delivery, int width, int height) {
  for (const auto& deliverable : delivery.shot.deliver) {
    const auto path = delivery.folder.path() / labelled(deliverable.file, delivery.label);
    if (path.has_parent_path()) fs::create_directories(path.parent_path());
    // Refuses here what it would refuse after hours; without close() nothing is written.
    media::FrameWriter::create(path, width, height, write_options(delivery, deliverable));
  }
}

std::vector<fs::path> deliver_films(const Delivery& delivery) {
  std::vector<fs::path> films;
  for (const auto& deliverable : delivery.shot.deliver) {
    const auto film = delivery.folder.path() / labelled(deliverable.file, delivery.label);
    const auto work = work_of(delivery, deliverable);
    if (!is_there(film, work)) {
      encode(delivery, deliverable, film);
      write_sidecar(delivery, film, work);
    }
    films.push_back(film);
  }
  return films;
}

void deliver_cels(const Delivery& delivery) {
  if (!delivery.figure || !delivery.shot.cels) return;
  auto& pictures = delivery.figure->result();
  const auto drawings = number_drawings(kColumn, pictures, delivery.figure->frames());
  const auto folder = delivery.folder.path() / "cels", list = folder / "cels.json";
  fs::create_directories(folder);
  const auto before = cels_there(list);
  nlohmann::json now = nlohmann::json::object();
  core::Progress progress("cels", "drawings", drawings.count());
  const media::Metadata metadata = {{"sakuga", delivery.ledger.dump()}};
  run_at_once(range(1, drawings.count()), [&](int64_t number) -> FrameTask {
    const int64_t frame = drawings.made_at[size_t(number - 1)];
    const auto name = cel_name(delivery.shot.name, number);
    const auto id = pictures.id(frame);
    const auto file = delivery.folder.path() / name;
    const bool there = before.value(name, "") == id && fs::exists(file);
    now[name] = id;
    const auto work = [&, there, file, get = pictures.getter(frame)] {
      if (!there) media::write_image(file, media::to_image8(get()), metadata);
    };
    return {.work = work, .finish = [&, number] { progress.update(number); }};
  });
  core::write_file(list, now.dump(1) + "\n");
  for (const auto& [name, id] : before.items())
    if (!now.contains(name)) fs::remove(delivery.folder.path() / name);
}

void deliver_timing(const Delivery& delivery) {
  const auto& shot = delivery.shot;
  const int64_t frames = delivery.last - delivery.first + 1;
  std::vector<Drawings> columns;
  if (delivery.figure && shot.cels)
    columns.push_back(number_drawings(kColumn, delivery.figure->result(), frames));
  const auto film = shot.deliver.front().file;
  core::write_file(delivery.folder.path() / (shot.name + ".otio"), otio_text(shot, columns, frames, film));
  core::write_file(delivery.folder.path() / (shot.name + ".xdts"), xdts_text(shot, columns, frames));
}

}  // namespace sakuga::film
