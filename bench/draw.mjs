// Milliseconds a picture of model.onnx in ONNX Runtime, batch 16: node draw.mjs MODEL ROUNDS
import ort from 'onnxruntime-node';

const session = await ort.InferenceSession.create(process.argv[2]);
const noise = new ort.Tensor('float32', Float32Array.from({length: 16 * 128}, () => Math.random() - 0.5), [16, 128]);
const tags = new ort.Tensor('float32', new Float32Array(16 * 34), [16, 34]);
const times = [];
for (let i = 0; i <= Number(process.argv[3]); ++i) {
  const start = performance.now();
  await session.run({noise, tags});
  if (i > 0) times.push((performance.now() - start) / 16);
}
console.log(times.sort((a, b) => a - b)[times.length >> 1].toFixed(3));
