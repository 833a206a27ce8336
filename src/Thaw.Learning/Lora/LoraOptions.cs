namespace Thaw.Learning.Lora;

/// <summary>Shape and strength of a low-rank adapter (arXiv:2106.09685); the fields of PEFT's <c>adapter_config.json</c> under our names.</summary>
/// <param name="Targets">Names or ends of names of the adapted projections, such as <c>q_proj</c>; <see cref="LoraTargets.AllLinear"/> is all of the layers.</param>
/// <param name="Dropout">Share of the input elements that an adapter does not see in training.</param>
/// <param name="IsRankStabilized">Scales by 1 / √rank instead of 1 / rank (rsLoRA, arXiv:2312.03732).</param>
public sealed record LoraOptions(int Rank, double Alpha, double Dropout, IReadOnlyList<string> Targets, bool IsRankStabilized = false)
{
    /// <summary>The factor before B A.</summary>
    public double Scale => Alpha / (IsRankStabilized ? Math.Sqrt(Rank) : Rank);
}
