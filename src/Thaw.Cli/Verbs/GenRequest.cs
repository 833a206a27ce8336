using Thaw.Core.Datasets;
using Thaw.Core.Demonstrations;
using Thaw.Core.Tasks;

namespace Thaw.Cli.Verbs;

/// <summary>What <c>gen</c> was asked to write.</summary>
internal abstract record GenRequest(string Task, string Out)
{
    /// <summary>The command line that makes the same bytes, but for <c>--out</c>.</summary>
    public abstract string Command { get; }

    /// <summary>Instances of the paper's public generator.</summary>
    /// <param name="Which">The flags that say which: <c>--split larger</c>.</param>
    internal sealed record Reference(string Task, string Out, string Which, SeedRange Seeds, Func<uint, InstanceRow> Make) : GenRequest(Task, Out)
    {
        public override string Command => $"thaw gen --task {Task} --source paper --instances-only {Which} --seeds {Seeds}";
    }

    /// <summary>Instances of our own.</summary>
    /// <param name="Which">The flags that say of which split and size, with a space before each.</param>
    internal sealed record Own(string Task, string Out, Split Split, string Which, Fold Fold, int Count, ulong Seed) : GenRequest(Task, Out)
    {
        public override string Command =>
            $"thaw gen --task {Task} --instances-only{Which} --fold {FlagWord.Of(Fold)} --count {Count} --seed {Seed}";
    }

    /// <summary>Prompts with completions.</summary>
    /// <param name="Which">The flags that say of which split and size, with a space before each; empty for the paper's training set.</param>
    /// <param name="IsPaper">From the instances of the paper's training set.</param>
    internal sealed record Demonstrations(
        string Task, string Out, DemonstrationPlan Plan, string Which, int Count, bool IsPaper, IReadOnlyList<DatasetFormat> Exports) : GenRequest(Task, Out)
    {
        public override string Command => string.Concat(
            $"thaw gen --task {Task}{Which} {PlanFlags.Write(Plan)} --count {Count} --seed {Plan.Seed}",
            IsPaper ? " --preset paper" : "",
            Exports.Count > 0 ? $" --export {string.Join(',', Exports.Select(format => format.Name))}" : "");
    }
}
