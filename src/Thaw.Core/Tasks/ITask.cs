using System.Text.Json.Nodes;
using Thaw.Core.Demonstrations;
using Thaw.Core.Lessons;
using Thaw.Core.Scoring;

namespace Thaw.Core.Tasks;

/// <summary>A game with instances, prompts and a judge. Nothing outside its folder knows a task by name.</summary>
public interface ITask
{
    /// <summary>As on the command line and in files: <c>sokoban</c>.</summary>
    string Name { get; }

    /// <summary>All splits, in the order in which tables show them.</summary>
    IReadOnlyList<Split> Splits { get; }

    /// <summary><paramref name="count"/> different instances that suit <paramref name="split"/>.</summary>
    /// <remarks>
    /// Splits with the same <see cref="Split.InstanceFamily"/> get the same instances in the same order, so that results are
    /// paired. A canonical instance lies in exactly one fold, whatever the seed.
    /// </remarks>
    IReadOnlyList<IInstance> DrawInstances(Split split, Fold fold, int count, ulong seed);

    /// <summary>Opens an episode: <paramref name="instance"/> under the binding that <paramref name="split"/> states and scores.</summary>
    /// <param name="seed">Decides a binding that is drawn per instance (held-out words); the same seed gives the same words.</param>
    IEpisode Begin(Split split, IInstance instance, ulong seed);

    /// <summary>The instance as the keys of a row in a data file, beside its id; as an episode of <paramref name="split"/> and <paramref name="seed"/> would score it.</summary>
    JsonObject Describe(Split split, IInstance instance, ulong seed) => [];

    /// <summary>The solver as teacher: demonstrations from training instances, without end, the same for the same plan.</summary>
    /// <exception cref="ArgumentException">The plan asks for what the task does not have, such as rows of a split that would teach against their own prompt.</exception>
    IEnumerable<Demonstration> Demonstrate(DemonstrationPlan plan);

    /// <summary>Training instances to be played out, without end, the same for the same plan; each under the binding that it states.</summary>
    /// <remarks>Of the same instances and bindings as <see cref="Demonstrate"/> shows. What a plan says of completions has no meaning here.</remarks>
    /// <exception cref="ArgumentException">As for <see cref="Demonstrate"/>, or the task has nothing to practise on.</exception>
    IEnumerable<Exercise> Practise(DemonstrationPlan plan) => throw new ArgumentException($"Task {Name} has no episodes to practise on.");

    /// <summary>What an episode may be paid by in reinforcement learning besides whether it was solved; see <see cref="IEpisode.RewardOf"/>.</summary>
    IReadOnlyList<Scorer> EpisodeRewards => [];

    /// <summary>Row kinds that the pretraining corpus takes from this task: reading and lookup, never a solution.</summary>
    IReadOnlyList<ILesson> Lessons { get; }

    /// <summary>New tokens that are enough for an answer without a thought.</summary>
    int AnswerTokens => 64;

    /// <summary>Texts that stand word for word in every prompt of the standard wording; a tokenizer may take each as one token.</summary>
    IReadOnlyList<string> Passages { get; }

    /// <summary>Whole numbers that say how large an instance is: <c>rows</c> is <c>--rows</c>. None where a split alone decides that.</summary>
    IReadOnlyList<string> Sizes => [];

    /// <summary><paramref name="split"/> with instances of another size; a family of its own.</summary>
    /// <param name="sizes">One for each of <see cref="Sizes"/>, in their order.</param>
    /// <exception cref="ArgumentException">A size is outside its range, or there are none to choose.</exception>
    Split Resize(Split split, IReadOnlyList<int> sizes) => throw new ArgumentException($"Instances of {Name} have no size to choose.");

    /// <summary>The paper's public generator for this task; null for a task that is not of the paper.</summary>
    IReferenceSource? Reference => null;

    /// <summary>What finds this task's instances in foreign text; a task without one can do all but be audited from its prompts.</summary>
    IPromptReader? PromptReader => null;
}

/// <summary>One puzzle without any wording.</summary>
public interface IInstance
{
    /// <summary>Hash of the canonical form, as lower-case hexadecimal.</summary>
    string Id { get; }

    /// <summary>What instances share that differ only in what hardly makes them different, such as the order of cards: statistics take them as one.</summary>
    string CanonicalId => Id;
}

/// <summary>Which part of the instance space a hash belongs to.</summary>
public enum Fold
{
    Train,
    Validation,
    Test,
}
