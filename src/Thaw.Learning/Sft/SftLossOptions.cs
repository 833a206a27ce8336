using Thaw.Learning.Models;
using Thaw.Learning.Objectives;
using Thaw.Learning.Training;
using static Thaw.Learning.Training.Setting;

namespace Thaw.Learning.Sft;

/// <summary>What fine-tuning minimises. Keys are TRL's where it has them; each number belongs to the <c>loss_type</c> in its name.</summary>
public abstract record SftLossOptions : FineTuningOptions
{
    public LossType LossType { get; init; } = LossType.Nll;

    public LossAggregation LossAggMode { get; init; } = LossAggregation.TokenMean;

    public double LabelSmoothingFactor { get; init; }

    public double DftFloor { get; init; } = 1e-4;

    public double AftPower { get; init; } = 1.0;

    /// <summary>Coefficient of the divergence from the base in <c>asft</c>; its direction is <see cref="KlDirection"/>.</summary>
    public double AsftAlpha { get; init; } = 0.05;

    public double EaftAlpha { get; init; } = 1.0;

    public double PsftClipLow { get; init; } = 0.2;

    public double PsftClipHigh { get; init; } = 0.28;

    /// <summary>Steps after which <c>psft</c> takes the present weights as the old ones.</summary>
    public int PsftUpdateEvery { get; init; } = 8;

    public double GemBeta { get; init; } = 0.7;

    public GemForm GemH { get; init; } = GemForm.Linear;

    public double IwClip { get; init; } = 2.0;

    public double NegPPower { get; init; } = 1.0;

    /// <summary>Tokens with a smaller probability have no loss, other than the terms that are added.</summary>
    public double TokenPMin { get; init; }

    /// <summary>Nor have those with a greater one.</summary>
    public double TokenPMax { get; init; } = 1.0;

    /// <summary>Coefficient of the divergence from the base, added to any loss; the paper tries 0.05, 0.1 and 0.5.</summary>
    public double KlCoef { get; init; }

    public KlDirection KlDirection { get; init; } = KlDirection.Reverse;

    /// <summary>Coefficient of the squared distance from the base's weights, added to any loss; the paper tries 0.05, 0.1 and 0.5.</summary>
    public double L2AnchorCoeff { get; init; }

    /// <summary>Divides that distance by the number of weights; the paper takes the raw sum.</summary>
    public bool L2AnchorNormalize { get; init; }

    /// <summary>Noise on the embeddings in training (NEFTune, arXiv:2310.05914): uniform within alpha / √(L · width), L the longest sequence of the step. The paper tries 5, 10 and 15; 0 has none.</summary>
    public double NeftuneNoiseAlpha { get; init; }

    public override void Validate()
    {
        base.Validate();
        Require(NeftuneNoiseAlpha >= 0, "neftune_noise_alpha", "must not be negative");
        Require(LabelSmoothingFactor is >= 0 and < 1, "label_smoothing_factor", "must lie between 0 and 1");
        Require(LabelSmoothingFactor == 0 || LossType == LossType.Nll, "label_smoothing_factor", "goes with loss_type nll alone");
        Require(DftFloor >= 0, "dft_floor", "must not be negative");
        Require(AftPower >= 0, "aft_power", "must not be negative");
        Require(AsftAlpha >= 0, "asft_alpha", "must not be negative");
        Require(EaftAlpha >= 0, "eaft_alpha", "must not be negative");
        Require(PsftClipLow is >= 0 and < 1, "psft_clip_low", "must lie between 0 and 1");
        Require(PsftClipHigh >= 0, "psft_clip_high", "must not be negative");
        Require(PsftUpdateEvery > 0, "psft_update_every", $"must be positive, not {PsftUpdateEvery}");
        Require(GemBeta > 0, "gem_beta", "must be positive");
        Require(IwClip >= 1, "iw_clip", "must be at least 1");
        Require(NegPPower > 0, "neg_p_power", "must be positive");
        Require(TokenPMin is >= 0 and <= 1, "token_p_min", "must lie between 0 and 1");
        Require(TokenPMax <= 1 && TokenPMax > TokenPMin, "token_p_max", "must lie above token_p_min and at most at 1");
        Require(KlCoef >= 0, "kl_coef", "must not be negative");
        Require(KlCoef == 0 || LossType != LossType.Psft, "kl_coef", "does not go with loss_type psft, which compares with the weights of some steps ago");
        Require(L2AnchorCoeff >= 0, "l2_anchor_coeff", "must not be negative");
        Require(L2AnchorCoeff == 0 || LossType != LossType.Psft, "l2_anchor_coeff", "does not go with loss_type psft");
    }

    public IObjective Objective() => KlCoef > 0 ? new WeightedSum(Limited(), (KlCoef, new KlToReference(KlDirection))) : Limited();

    /// <param name="base">The weights that training begins with; needed where <see cref="NeedsBase"/> says so.</param>
    /// <param name="model">The model that is trained.</param>
    internal LossPlan Plan(Decoder model, Decoder? @base)
    {
        var objective = Objective();
        return new LossPlan(objective, LossAggMode)
        {
            Reference = objective.Reference == ReferenceKind.None ? null : @base,
            NeftuneAlpha = NeftuneNoiseAlpha,
            NeftuneSeed = Seed,
            RenewReferenceEvery = objective.Reference == ReferenceKind.Old ? PsftUpdateEvery : 0,
            Anchor = L2AnchorCoeff > 0 ? new L2Anchor(model, @base!, L2AnchorCoeff, L2AnchorNormalize) : null,
        };
    }

    internal bool NeedsBase => L2AnchorCoeff > 0 || Objective().Reference != ReferenceKind.None;

    private IObjective Limited() => TokenPMin > 0 || TokenPMax < 1 ? new Thresholded(MainObjective(), TokenPMin, TokenPMax) : MainObjective();

    private IObjective MainObjective() => LossType switch
    {
        LossType.Nll => new NegativeLogLikelihood(LabelSmoothingFactor),
        LossType.Dft => new DynamicFineTuning(DftFloor),
        LossType.Aft => new FocalFineTuning(AftPower),
        LossType.Asft => new WeightedSum(new DynamicFineTuning(DftFloor), (AsftAlpha, new KlToReference(KlDirection))),
        LossType.Eaft => new EntropyAdaptive(EaftAlpha),
        LossType.Psft => new ProximalFineTuning(PsftClipLow, PsftClipHigh),
        LossType.Gem => new Gem(GemBeta, GemH),
        LossType.Iw => new ImportanceWeighted(IwClip),
        LossType.NegP => new NegativeProbability(NegPPower),
        _ => throw new InvalidOperationException($"No objective for {LossType}."),
    };
}

/// <summary>Named as in <c>loss_type</c>.</summary>
public enum LossType
{
    Nll,
    Dft,
    Aft,
    Asft,
    Eaft,
    Psft,
    Gem,
    Iw,
    NegP,
}
