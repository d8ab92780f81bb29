// Milliseconds a picture of model.onnx in ONNX Runtime, 256x256, batch 4: node ugatit.mjs MODEL ROUNDS
import ort from 'onnxruntime-node';

const session = await ort.InferenceSession.create(process.argv[2]);
const values = Float32Array.from({length: 4 * 3 * 256 * 256}, () => 2 * Math.random() - 1);
const pictures = new ort.Tensor('float32', values, [4, 3, 256, 256]);
const times = [];
for (let i = 0; i <= Number(process.argv[3]); ++i) {
  const start = performance.now();
  await session.run({pictures});
  if (i > 0) times.push((performance.now() - start) / 4);
}
console.log(times.sort((a, b) => a - b)[times.length >> 1].toFixed(1));
