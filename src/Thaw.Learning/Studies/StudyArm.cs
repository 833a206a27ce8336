using Thaw.Learning.Sft;

namespace Thaw.Learning.Studies;

/// <summary>One recipe: any keys of fine-tuning that differ from <see cref="StudyOptions.Training"/>.</summary>
public sealed record StudyArm : Overriding<SftOptions>
{
    public string Description { get; init; } = "";

    /// <summary>The stage whose checkpoint this arm is; nothing is trained then.</summary>
    public string? Stage { get; init; }
}
