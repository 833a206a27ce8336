namespace Thaw.Learning.Models;

/// <summary>Architecture of one decoder-only model: the fields of its <c>config.json</c> under our names.</summary>
public sealed record DecoderConfig
{
    public required DecoderFamily Family { get; init; }

    public required int VocabularySize { get; init; }

    public required int Layers { get; init; }

    public required int Width { get; init; }

    public required int QueryHeads { get; init; }

    public required int KeyValueHeads { get; init; }

    /// <summary>Independent of <see cref="Width"/>: Qwen3-0.6B has 16 heads of 128 over a width of 1024.</summary>
    public required int HeadWidth { get; init; }

    public required int FeedForwardWidth { get; init; }

    public required int MaxPositions { get; init; }

    public double NormEpsilon { get; init; } = 1e-6;

    public double RopeBase { get; init; } = 10_000;

    public RopeScaling? RopeScaling { get; init; }

    /// <summary>One matrix is both the input embedding and the output projection.</summary>
    public bool TiesEmbeddings { get; init; }

    /// <summary>Standard deviation of a fresh embedding.</summary>
    public double InitialDeviation { get; init; } = 0.02;

    /// <summary><c>attention_bias</c> of Llama and Qwen3: biases on the query, key, value and output projections. Qwen2 has its own, fixed.</summary>
    public bool HasAttentionBias { get; init; }

    /// <summary><c>mlp_bias</c> of Llama: biases on the three projections of the feed-forward layer.</summary>
    public bool HasFeedForwardBias { get; init; }

    /// <summary>Biases on the query, key and value projections.</summary>
    public bool HasProjectionBias => Family == DecoderFamily.Qwen2 || HasAttentionBias;

    public bool HasOutputBias => Family != DecoderFamily.Qwen2 && HasAttentionBias;

    /// <summary>RMSNorm on each query and key head, before the rotation (arXiv:2505.09388, section 2).</summary>
    public bool HasHeadNorm => Family == DecoderFamily.Qwen3;

    /// <summary>Weights in all, the tied matrix counted once.</summary>
    public long ParameterCount
    {
        get
        {
            long embedding = (long)VocabularySize * Width;
            long attention = ((2L * QueryHeads) + (2L * KeyValueHeads)) * HeadWidth * Width;
            long bias = (HasProjectionBias ? (QueryHeads + (2L * KeyValueHeads)) * HeadWidth : 0)
                + (HasOutputBias ? Width : 0)
                + (HasFeedForwardBias ? (2L * FeedForwardWidth) + Width : 0);
            long norms = (2L * Width) + (HasHeadNorm ? 2L * HeadWidth : 0);
            return (embedding * (TiesEmbeddings ? 1 : 2)) + Width + (Layers * (attention + bias + norms + (3L * FeedForwardWidth * Width)));
        }
    }
}

/// <summary>The architectures that are read; the names are those of <c>model_type</c>.</summary>
public enum DecoderFamily
{
    Qwen2,
    Qwen3,
    Llama,
}

/// <summary>Llama 3's stretching of slow rotary frequencies (<c>rope_type: llama3</c>).</summary>
public sealed record RopeScaling(double Factor, double LowFrequencyFactor, double HighFrequencyFactor, int OriginalMaxPositions);
