using Thaw.Core.Demonstrations;
using Thaw.Core.Tasks;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Training;

namespace Thaw.Learning.Sft;

/// <summary>The rows of a fine-tuning run as tokens, and their order.</summary>
internal sealed class SftData
{
    private readonly TrainingExample[] _rows;
    private readonly SftOptions _options;
    private readonly EpochOrder _order;

    private SftData(TrainingExample[] rows, SftOptions options) => (_rows, _options, _order) = (rows, options, new EpochOrder(rows.Length, options.Seed, "sft"));

    /// <exception cref="InvalidDataException">A row of the dataset is malformed or longer than <see cref="SftOptions.MaxLength"/>, or there is none.</exception>
    public static SftData Load(SftOptions options, ModelFolder model)
    {
        var source = options.DatasetName.Length > 0 ? DemonstrationFile.Read(options.DatasetName) : Demonstrate(options);
        var rows = source.Select((row, index) => Tokenize(row, index, options, model)).ToArray();
        return rows.Length > 0 ? new SftData(rows, options) : throw new InvalidDataException($"{options.DatasetName}: no rows.");
    }

    public int Count => _rows.Length;

    /// <summary>The rows of a step, from 1: the next ones in an order that is drawn anew for each pass over the data.</summary>
    public IReadOnlyList<TrainingExample> RowsOf(int step)
    {
        var size = _options.RowsPerUpdate;
        return [.. Enumerable.Range(0, size).Select(i => _rows[_order.Place(((long)(step - 1) * size) + i)])];
    }

    private static IEnumerable<Demonstration> Demonstrate(SftOptions options)
    {
        var task = TaskCatalog.Find(options.Task);
        var split = options.Split is { } name ? task.FindSplit(name) : null;
        var plan = new DemonstrationPlan(
            options.Diversity, options.Seed, options.DefaultBindingShare, options.ExtraStarts, options.Dose, options.Format, options.Pool, options.MarkShare, split);
        return task.Demonstrate(plan).Take(options.DatasetSize);
    }

    private static TrainingExample Tokenize(Demonstration row, int index, SftOptions options, ModelFolder model)
    {
        var completion = model.Tokenizer.Encode(row.Completion).Append(model.StopIds[0]).ToArray();
        var example = TrainingExample.FromPromptAndCompletion(model.Tokenizer.Encode(row.Prompt), completion);
        return example.Ids.Length <= options.MaxLength
            ? example
            : throw new InvalidDataException(
                $"{(options.DatasetName.Length > 0 ? options.DatasetName : options.Task)}: row {index + 1} has {example.Ids.Length} tokens, more than max_length {options.MaxLength}.");
    }
}
