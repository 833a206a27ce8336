namespace Thaw.Learning.Generation;

/// <summary>From the logits of one place to the next token of a row, with the log-probabilities that the row asked for.</summary>
/// <remarks>
/// Log-probabilities are the model's own, or those at the request's temperature: taken before processors, bias and penalties change the logits. Logits may stand for several
/// rows, so changes are made to a copy.
/// </remarks>
internal sealed class TokenChooser(int vocabulary)
{
    private readonly float[] _changed = new float[vocabulary];
    private readonly float[] _scratch = new float[vocabulary];

    /// <exception cref="InvalidDataException">The logits are no numbers.</exception>
    public GeneratedToken Next(GenerationRow row, ReadOnlySpan<float> logits)
    {
        if (!Logits.AreFinite(logits))
        {
            throw new InvalidDataException("The model's logits are not finite: its weights, or those of its adapter, hold NaN or numbers that are too large.");
        }

        var request = row.Request;
        var id = TokenSampler.Choose(IsChanged(request) ? Changed(row, logits) : logits, request.Sampling, row.Random);
        if (!request.LogProbabilities && request.TopLogProbabilities == 0)
        {
            return new GeneratedToken(id, float.NaN, []);
        }

        logits = AtTemperature(request, logits);
        var normalizer = Logits.LogSumOfExponentials(logits, _scratch);
        var top = new (int, float)[Math.Min(request.TopLogProbabilities, vocabulary)];
        if (top.Length > 0)
        {
            var best = Logits.Top(logits, top.Length);
            for (var place = 0; place < top.Length; place++)
            {
                top[place] = (best[place], (float)(logits[best[place]] - normalizer));
            }
        }

        return new GeneratedToken(id, (float)(logits[id] - normalizer), top);
    }

    // After the choice: the changed logits are not needed any more.
    private ReadOnlySpan<float> AtTemperature(GenerationRequest request, ReadOnlySpan<float> logits)
    {
        if (!request.AtTemperature || request.Sampling is { IsGreedy: true } or { Temperature: 1 })
        {
            return logits;
        }

        var factor = (float)(1 / request.Sampling.Temperature);
        for (var id = 0; id < logits.Length; id++)
        {
            _changed[id] = logits[id] * factor;
        }

        return _changed;
    }

    private static bool IsChanged(GenerationRequest request) =>
        request.Processors.Count > 0
        || request.Sampling is not { LogitBias: null or { Count: 0 }, PresencePenalty: 0, FrequencyPenalty: 0, RepetitionPenalty: 1.0 };

    private float[] Changed(GenerationRow row, ReadOnlySpan<float> logits)
    {
        logits.CopyTo(_changed);
        foreach (var processor in row.Request.Processors)
        {
            processor.Apply(row.Request.Prompt, row.CompletionIds, _changed);
        }

        foreach (var (id, bias) in row.Request.Sampling.LogitBias ?? new Dictionary<int, double>())
        {
            _changed[id] += (float)bias;
        }

        Penalize(row);
        return _changed;
    }

    private void Penalize(GenerationRow row)
    {
        var options = row.Request.Sampling;
        if (options.RepetitionPenalty != 1.0)
        {
            foreach (var id in row.Request.Prompt.Union(row.CompletionIds.ToArray()))
            {
                _changed[id] *= (float)(_changed[id] > 0 ? 1.0 / options.RepetitionPenalty : options.RepetitionPenalty);
            }
        }

        if (options.PresencePenalty != 0 || options.FrequencyPenalty != 0)
        {
            foreach (var (id, count) in row.CompletionIds.ToArray().CountBy(id => id))
            {
                _changed[id] -= (float)(options.PresencePenalty + (options.FrequencyPenalty * count));
            }
        }
    }
}
