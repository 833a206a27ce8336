using Thaw.Learning.Collecting;
using Thaw.Learning.Grpo;
using Thaw.Learning.Preferences;
using Thaw.Learning.Sft;

namespace Thaw.Learning.Studies;

/// <summary>One step of a study on the way to its arms: a training run or a collection of rows. Exactly one of the last five says which, and how.</summary>
/// <remarks>Model, task, seed, folders and evaluated splits are the study's.</remarks>
public sealed record StudyStage
{
    public string Name { get; init; } = "";

    public string Description { get; init; } = "";

    /// <summary>The earlier stage whose checkpoint is trained, or answers as teacher; not given, the study's base model.</summary>
    public string? From { get; init; }

    /// <summary>The earlier <c>collect</c> stage whose rows <c>sft</c> trains on, or whose samples <c>dpo</c> pairs.</summary>
    public string? Data { get; init; }

    public SftOptions? Sft { get; init; }

    public GrpoOptions? Grpo { get; init; }

    public CollectOptions? Collect { get; init; }

    public RftOptions? Rft { get; init; }

    public DpoOptions? Dpo { get; init; }

    /// <summary><c>sft</c>, <c>grpo</c>, <c>collect</c>, <c>rft</c> or <c>dpo</c>; null unless exactly one is there.</summary>
    internal string? KindOrNull => Kinds.Where(kind => kind.Options is not null).ToList() is [var only] ? only.Name : null;

    private IEnumerable<(string Name, object? Options)> Kinds => [("sft", Sft), ("grpo", Grpo), ("collect", Collect), ("rft", Rft), ("dpo", Dpo)];
}
