using Thaw.Learning.Checkpoints;
using Thaw.Learning.Sft.Linting;
using Thaw.Learning.Sft.Rows;
using Thaw.Learning.Training;

namespace Thaw.Learning.Sft;

/// <summary>The rows of a fine-tuning run as tokens, and their order: a pure function of seed and step.</summary>
internal sealed class SftData
{
    private readonly IReadOnlyList<Source> _sources;
    private readonly SourceTurns _turns;
    private readonly SftOptions _options;

    private SftData(SftOptions options, IReadOnlyList<Source> sources, Linters? linters)
    {
        (_options, _sources) = (options, sources);
        _turns = new SourceTurns([.. sources.Select(source => source.Weight ?? source.Rows.Length)]);
        Lint = new LintReport(
            linters?.Conclude() ?? [],
            [.. sources.Zip(_turns.Shares, (source, share) => new SourceSummary(source.Name, source.Rows.Length, share))],
            linters?.Distinct ?? 0);
    }

    /// <summary>Reads the rows without looking for faults.</summary>
    /// <inheritdoc cref="Load(SftOptions, RowModel, CancellationToken)"/>
    public static SftData Load(SftOptions options, ModelFolder model) => Load(options with { Lint = LintMode.Off }, RowModel.Of(model, options), default);

    /// <exception cref="InvalidDataException">A row is malformed or longer than <see cref="SftOptions.MaxLength"/>, or a source has none.</exception>
    public static SftData Load(SftOptions options, RowModel model, CancellationToken cancellation)
    {
        var tokenizer = new RowTokenizer(model, options);
        var linters = options.Lint == LintMode.Off ? null : new Linters(options, model, tokenizer.Limit);
        var ends = new HashSet<int>();
        var sources = new List<Source>();
        var read = 0;
        foreach (var (source, i) in SourceNames.Of(options).Select((source, i) => (source, i)))
        {
            var rows = new List<TrainingExample>();
            var own = source.Source.In(options);
            foreach (var row in own.DatasetName.Length > 0 ? DatasetReader.Read(own.DatasetName) : SolverRows.Write(own))
            {
                cancellation.ThrowIfCancellationRequested();
                read++;
                if (tokenizer.Tokenize(row) is { } tokens)
                {
                    rows.Add(tokens.Example);
                    linters?.See(tokens);
                    if (tokens is { WasCut: false, LastTarget: { } last } && model.Tokenizer.IsSpecial(last))
                    {
                        ends.Add(last);
                    }
                }
            }

            if (rows.Count == 0 && tokenizer.Limit.Dropped == 0)
            {
                throw new InvalidDataException($"{own.DatasetName}: no rows.");
            }

            var label = options.DatasetMixture.Count > 0 ? $"sft/{i}" : "sft";
            sources.Add(new Source(source.Name, [.. rows], source.Source.Weight, new EpochOrder(rows.Count, options.Seed, label)));
        }

        tokenizer.Limit.ThrowIfExceeded(read);
        if (sources.Find(source => source.Rows.Length == 0) is { } empty)
        {
            throw new InvalidDataException($"{empty.Name}: no row has a target within the limit; the first that is left out: {tokenizer.Limit.FirstDropped}.");
        }

        if (!model.ListsStops)
        {
            model.AddStops(ends);
        }

        return new SftData(options, sources, linters);
    }

    /// <summary>Rows of all sources together: one epoch.</summary>
    public int Count => _sources.Sum(source => source.Rows.Length);

    /// <summary>What was found in the rows; nothing where nobody looked.</summary>
    public LintReport Lint { get; }

    /// <summary>The rows of a step, from 1: of each source the next ones, in an order that is drawn anew for each pass over it.</summary>
    public IReadOnlyList<TrainingExample> RowsOf(int step)
    {
        var size = _options.RowsPerUpdate;
        var first = (long)(step - 1) * size;
        return [.. Enumerable.Range(0, size).Select(i =>
        {
            var (source, before) = _turns.At(first + i);
            return _sources[source].Rows[_sources[source].Order.Place(before)];
        })];
    }

    /// <summary>Of a mixture, the rows and passes of each source up to a step.</summary>
    public IEnumerable<KeyValuePair<string, double>> MetricsOf(int step)
    {
        if (_sources.Count > 1)
        {
            var rows = _turns.Before((long)step * _options.RowsPerUpdate);
            foreach (var (source, count) in _sources.Zip(rows))
            {
                yield return KeyValuePair.Create($"mixture/{source.Name}/rows", (double)count);
                yield return KeyValuePair.Create($"mixture/{source.Name}/epoch", (double)count / source.Rows.Length);
            }
        }
    }

    private sealed record Source(string Name, TrainingExample[] Rows, double? Weight, EpochOrder Order);
}
