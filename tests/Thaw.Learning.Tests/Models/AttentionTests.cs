using Thaw.Learning.Models;
using Thaw.Torch;

namespace Thaw.Learning.Tests.Models;

/// <summary>Attention against nested loops in double precision.</summary>
public sealed class AttentionTests
{
    private const int Rows = 2;
    private const int Places = 6;

    [Theory]
    [InlineData(DecoderFamily.Qwen3)]
    [InlineData(DecoderFamily.Qwen2)]
    public void Forward_AgainstNestedLoops_Agrees(DecoderFamily family)
    {
        var config = TinyModels.Config with { Family = family };
        using var scope = new TensorScope();
        using var table = new RotaryTable(config, default);
        using var weights = new Weights(config);
        var x = Tensor.FromSpan(RandomNumbers.Normal("x", Rows * Places * config.Width), Rows, Places, config.Width);
        var pass = new AttentionPass(table.At(Tensor.Arange(0, Places).Unsqueeze(0)), null, null, null, DType.Float32);

        var y = weights.Attention().Forward(x, pass);

        // Float32 products over 16 and 32 terms against double precision.
        TensorAssert.Close(weights.Loops(x.ToDoubles()), y.ToDoubles(), 1e-5);
    }

    /// <summary>The weights of one attention layer, and the layer twice: ours and in loops.</summary>
    private sealed class Weights(DecoderConfig config) : IDisposable
    {
        private readonly int _h = config.HeadWidth;
        private readonly Parameter _query = Draw("q", config.QueryHeads * config.HeadWidth, config.Width);
        private readonly Parameter _key = Draw("k", config.KeyValueHeads * config.HeadWidth, config.Width);
        private readonly Parameter _value = Draw("v", config.KeyValueHeads * config.HeadWidth, config.Width);
        private readonly Parameter _output = Draw("o", config.Width, config.QueryHeads * config.HeadWidth);
        private readonly Parameter _queryBias = Draw("qb", config.QueryHeads * config.HeadWidth);
        private readonly Parameter _keyNorm = Draw("kn", config.HeadWidth);
        private readonly Parameter _queryNorm = Draw("qn", config.HeadWidth);

        public Attention Attention() => new(
            config,
            layer: 0,
            new Linear(_query, config.HasProjectionBias ? _queryBias : null),
            new Linear(_key),
            new Linear(_value),
            new Linear(_output),
            config.HasHeadNorm ? new RmsNorm(_queryNorm, config.NormEpsilon) : null,
            config.HasHeadNorm ? new RmsNorm(_keyNorm, config.NormEpsilon) : null);

        public double[] Loops(double[] x)
        {
            var y = new double[x.Length];
            for (var row = 0; row < Rows; row++)
            {
                for (var place = 0; place < Places; place++)
                {
                    var seen = new List<double>();
                    for (var head = 0; head < config.QueryHeads; head++)
                    {
                        seen.AddRange(Head(x, row, place, head));
                    }

                    Multiply(_output, [.. seen]).CopyTo(y, ((row * Places) + place) * config.Width);
                }
            }

            return y;
        }

        private double[] Head(double[] x, int row, int place, int head)
        {
            var shared = head / (config.QueryHeads / config.KeyValueHeads);
            var query = Turn(Part(_query, config.HasProjectionBias ? _queryBias : null, At(x, row, place), head), _queryNorm, place);
            var weights = new double[place + 1];
            for (var other = 0; other <= place; other++)
            {
                var key = Turn(Part(_key, null, At(x, row, other), shared), _keyNorm, other);
                weights[other] = Math.Exp(query.Zip(key, (a, b) => a * b).Sum() / Math.Sqrt(_h));
            }

            var sum = new double[_h];
            for (var other = 0; other <= place; other++)
            {
                var value = Part(_value, null, At(x, row, other), shared);
                for (var i = 0; i < _h; i++)
                {
                    sum[i] += weights[other] / weights.Sum() * value[i];
                }
            }

            return sum;
        }

        private double[] Turn(double[] x, Parameter scale, int position)
        {
            if (config.HasHeadNorm)
            {
                var rms = Math.Sqrt(x.Average(v => v * v) + config.NormEpsilon);
                x = [.. x.Zip(scale.Value.ToDoubles(), (v, s) => v / rms * s)];
            }

            var y = new double[_h];
            for (var i = 0; i < _h / 2; i++)
            {
                var angle = position * Math.Pow(config.RopeBase, -2.0 * i / _h);
                y[i] = (x[i] * Math.Cos(angle)) - (x[i + (_h / 2)] * Math.Sin(angle));
                y[i + (_h / 2)] = (x[i + (_h / 2)] * Math.Cos(angle)) + (x[i] * Math.Sin(angle));
            }

            return y;
        }

        private double[] At(double[] x, int row, int place) => x.AsSpan(((row * Places) + place) * config.Width, config.Width).ToArray();

        private double[] Part(Parameter matrix, Parameter? bias, double[] x, int head)
        {
            var all = Multiply(matrix, x);
            return [.. all.Select((v, i) => v + (bias?.Value.ToDoubles()[i] ?? 0)).Skip(head * _h).Take(_h)];
        }

        private static double[] Multiply(Parameter matrix, double[] x) =>
            [.. matrix.Value.ToDoubles().Chunk(x.Length).Select(line => line.Zip(x, (a, b) => a * b).Sum())];

        private static Parameter Draw(string label, params long[] shape) =>
            new(label, Tensor.FromSpan([.. RandomNumbers.Normal(label, shape.Aggregate(1L, (a, b) => a * b)).Select(v => 0.3f * v)], shape));

        public void Dispose()
        {
            foreach (var parameter in new[] { _query, _key, _value, _output, _queryBias, _keyNorm, _queryNorm })
            {
                parameter.Dispose();
            }
        }
    }
}
