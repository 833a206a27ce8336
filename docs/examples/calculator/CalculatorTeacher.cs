using Thaw.Core.Demonstrations;
using Thaw.Core.Randomness;

namespace Thaw.Core.Tasks.Calculator;

/// <summary>The solver as teacher: a row for each display on a shortest way of each training instance.</summary>
/// <param name="split">Of the instances, and of the words of frozen rows.</param>
internal sealed class CalculatorTeacher(DemonstrationPlan plan, CalculatorSplit split)
{
    private static readonly string[] s_words = ["fox", "lamp", "rain", "coin", "moss", "drum", "kite", "salt", "wolf", "bell"];

    // Two streams, so that frozen and diverse rows of one seed show the same displays.
    private readonly SplitMix64 _instances = SplitMix64.For(plan.Seed, "calculator/demonstrations/instances");
    private readonly SplitMix64 _bindings = SplitMix64.For(plan.Seed, "calculator/demonstrations/bindings");

    /// <exception cref="ArgumentException">The plan asks for what this task does not have.</exception>
    public IEnumerable<Demonstration> Write() => split.Scored is not null
        ? throw new ArgumentException($"Split {split.Name} has no demonstrations: every row would teach to ignore its prompt.")
        : plan is { Format: DemonstrationFormat.Answer, ExtraStarts: 0, Pool: null, MarkShare: 0 }
            ? Rows()
            : throw new ArgumentException("calculator demonstrates answers without a thought, from its own starts, in words of one pool.");

    private IEnumerable<Demonstration> Rows()
    {
        while (true)
        {
            var instance = split.Draw(_instances);
            if (instance.Fold != Fold.Train)
            {
                continue;
            }

            var display = instance.Start;
            foreach (var key in CalculatorRules.FindShortest(instance.Start, instance.Target))
            {
                var words = DrawWords();
                yield return new Demonstration(
                    CalculatorPrompt.Write(words, display, instance.Target).Text, CalculatorPrompt.WriteAnswer(words.WordFor(key)),
                    instance.Id, CalculatorTask.TaskName, plan.Split?.Name ?? (words == KeyWords.Training ? "id" : "diverse"), words.ToString(), plan.Seed, "calculator-1", "solver");
                display = CalculatorRules.Press(display, key);
            }
        }
    }

    private KeyWords DrawWords()
    {
        if (plan.Diversity == Diversity.Frozen)
        {
            return split.Stated;
        }

        if (_bindings.NextBool(plan.DefaultBindingShare))
        {
            return KeyWords.Training;
        }

        // With a dose there are so many bindings and no more.
        var random = plan.Dose is { } dose ? SplitMix64.For(plan.Seed, $"calculator/binding/{_bindings.NextInt(dose)}") : _bindings;
        var words = s_words.ToArray();
        random.Shuffle(words);
        return new KeyWords(words[0], words[1], words[2]);
    }
}
