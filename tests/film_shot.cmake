# A shot from sprites to its deliverables: plate, key, drawings, composite, ledger, time sheet and timeline.
include(${CMAKE_CURRENT_LIST_DIR}/case.cmake)

function(expect_file)
  foreach(file ${ARGN})
    if(NOT EXISTS ${WORK}/${file})
      message(FATAL_ERROR "${file} was not written")
    endif()
  endforeach()
endfunction()

function(expect_text text pattern)
  if(NOT text MATCHES "${pattern}")
    message(FATAL_ERROR "expected ${pattern} in\n${text}")
  endif()
endfunction()

file(COPY ${SOURCE}/examples/duel/art/lucy_glare.png ${SOURCE}/examples/duel/art/sunset.jpg DESTINATION ${WORK})
sakuga(0 film plate lucy_glare.png --width 192 --height 108 --frames 6 --figure 0.9 --preset veryfast -o plate.mp4)

# Each stage by itself.
file(MAKE_DIRECTORY ${WORK}/keyed ${WORK}/drawn)
sakuga(0 film key plate.mp4 -o keyed/key.%04d.png)
expect_file(keyed/key.0001.png keyed/key.0006.png)
sakuga(0 film stylise keyed/key.%04d.png --engine classic --on 2 -o drawn/cel.%04d.png)
same(drawn/cel.0001.png drawn/cel.0002.png)

# All of them as one shot.
set(origin "licence = \"CC-BY-4.0\"\nauthor = \"Ann\"\norigin = \"https://example.org\"\n")
file(WRITE ${WORK}/dusk.toml
  "title = \"Dusk\"\nwidth = 192\nheight = 108\nframes = 6\n[plate]\nfile = \"plate.mp4\"\n${origin}[key]\n[stylise]\non = \"2\"\n"
  "[background]\nfile = \"sunset.jpg\"\nscale = 1.2\n${origin}[[layers]]\nname = \"hero\"\nsource = \"figure\"\n"
  "  [layers.rim]\n  strength = 1\n  [layers.wrap]\n  strength = 0.5\n[[camera]]\nframe = 1\n[[camera]]\nframe = 6\nx = 4\n"
  "[finish.grain]\namount = 0.02\n[[deliver]]\nfile = \"dusk.mp4\"\n")
sakuga(0 film render dusk.toml -o out --dry-run)
expect_text("${output}" "6 frames, 6 to make")
set(ENV{OMP_NUM_THREADS} 1)
sakuga(0 film render dusk.toml -o out)
expect_file(out/dusk.mp4 out/dusk.mp4.ledger.json out/dusk.otio out/dusk.xdts out/dusk.sheet.png out/dusk.strip.png
  out/cels/dusk.0001.png out/cels/dusk.0003.png)
set(ENV{OMP_NUM_THREADS} 3)
sakuga(0 film render dusk.toml -o again)
same(out/dusk.mp4 again/dusk.mp4)
same(out/dusk.sheet.png again/dusk.sheet.png)

# What it was made from, and on what terms.
sakuga(0 licence check out/dusk.mp4)
expect_text("${output}" "name the authors")
file(READ ${WORK}/dusk.toml shot)
string(REPLACE "licence = \"CC-BY-4.0\"" "licence = \"CC-BY-NC-4.0\"" shot "${shot}")
file(WRITE ${WORK}/dusk.toml "${shot}")
sakuga(0 film render dusk.toml -o out)
sakuga(6 licence check out/dusk.mp4)
sakuga(0 licence check out/dusk.mp4 --policy noncommercial)

# The timeline and the time sheet say the same: three drawings, two frames each.
file(READ ${WORK}/out/dusk.otio otio)
string(JSON schema GET "${otio}" OTIO_SCHEMA)
string(JSON tracks LENGTH "${otio}" tracks children)
if(NOT schema STREQUAL "Timeline.1" OR tracks LESS 2)
  message(FATAL_ERROR "the timeline is a ${schema} of ${tracks} tracks")
endif()
file(READ ${WORK}/out/dusk.xdts xdts)
expect_text("${xdts}" "^exchangeDigitalTimeSheet Save Data\n")
string(FIND "${xdts}" "{" begin)
string(SUBSTRING "${xdts}" ${begin} -1 xdts)
string(JSON duration GET "${xdts}" timeTables 0 duration)
string(JSON changes LENGTH "${xdts}" timeTables 0 fields 0 tracks 0 frames)
if(NOT duration EQUAL 6 OR NOT changes EQUAL 4)
  message(FATAL_ERROR "the time sheet has ${duration} frames and ${changes} changes")
endif()

# Parts, stages and previews leave the whole film alone.
file(SHA256 ${WORK}/out/dusk.mp4 before)
sakuga(0 film render dusk.toml -o out --frames 2-3)
sakuga(0 film render dusk.toml -o out --preview 0.25)
sakuga(0 film render dusk.toml -o out --stage stylise --frames 3-4)
expect_file(out/dusk.2-3.mp4 out/dusk.preview.mp4 out/stylise/dusk.000003.png out/stylise/dusk.000004.png)
file(SHA256 ${WORK}/out/dusk.mp4 after)
if(NOT before STREQUAL after)
  message(FATAL_ERROR "a part changed the film")
endif()

# Finished drawings need no plate and no stages.
file(WRITE ${WORK}/given.toml "width = 192\nheight = 108\n[plate]\nfile = \"drawn/cel.%04d.png\"\n[background]\nfile = \"sunset.jpg\"\n[[layers]]\nname = \"hero\"\nsource = \"figure\"\n")
sakuga(0 film comp given.toml -o given)
expect_file(given/given.mp4)

# What cannot be is said before anything is made.
sakuga(3 film render none.toml)
file(WRITE ${WORK}/wrong.toml "${shot}codek = \"h264\"\n")
sakuga(2 film render wrong.toml -o wrong)
expect_text("${output}" "codec")
file(REMOVE ${WORK}/drawn/cel.0003.png)
sakuga(3 film comp given.toml -o given)
expect_text("${output}" "cel.0003.png")
