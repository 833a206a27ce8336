using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Thaw.Core.Reports;

/// <summary>What the report's scripts draw from, as JSON that is safe inside a script element.</summary>
internal static class ReportData
{
    /// <summary>More points than this in a loss curve are thinned to every k-th.</summary>
    private const int MaxLossPoints = 1000;

    // This encoder writes '<', '>' and '&' as \u003C, \u003E and \u0026 whatever ranges are allowed, so no text in the data can end
    // the script element or open a comment in it.
    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
    };

    public static string Of(ReportModel model)
    {
        var texts = new TextPool();
        var episodes = model.Episodes.Select(episode => new
        {
            episode.Arm,
            episode.Split,
            episode.InstanceId,
            episode.StatedBinding,
            episode.ScoredBinding,
            episode.IsSolved,
            Turns = episode.Turns.Select(turn => new
            {
                Drawing = texts.IndexOf(turn.Drawing),
                DrawingAfter = turn.DrawingAfter is null ? (int?)null : texts.IndexOf(turn.DrawingAfter),
                Prompt = texts.IndexOf(turn.Prompt),
                Completion = texts.IndexOf(turn.Completion),
                turn.Answer,
                turn.IsValid,
                Reason = ReportFormat.Reason(turn.Reason),
            }),
        }).ToList();

        return JsonSerializer.Serialize(
            new
            {
                Splits = model.Splits.Select(split => new { split.Name, Kind = split.Kind.ToString() }),
                Arms = model.Arms.Select(arm => new { arm.Name, Curve = Curve(arm), Losses = Losses(arm), Outcomes = Outcomes(arm) }),
                Episodes = episodes,
                Texts = texts.All,
            },
            s_options);
    }

    private static object Curve(ReportArm arm) => arm.Curve.Select(point => new
    {
        point.Step,
        Splits = point.Splits.ToDictionary(pair => pair.Key, pair => new
        {
            Success = Bounds(pair.Value.Success, pair.Value.N),
            Validity = Bounds(pair.Value.Validity, pair.Value.N),
        }),
    });

    private static object Losses(ReportArm arm)
    {
        var stride = arm.Losses.Count / MaxLossPoints + 1;
        return arm.Losses
            .Where((_, i) => i % stride == 0 || i == arm.Losses.Count - 1)
            .Where(point => double.IsFinite(point.Loss))
            .Select(point => new { point.Step, point.Loss, point.LearningRate });
    }

    private static Dictionary<string, object> Outcomes(ReportArm arm) => arm.Results.ToDictionary(pair => pair.Key, object (pair) => new
    {
        pair.Value.N,
        Solved = pair.Value.N - pair.Value.Reasons.Values.Sum(),
        Reasons = pair.Value.Reasons.Select(reason => new { Label = ReportFormat.Reason(reason.Key), Count = reason.Value }),
    });

    private static double[] Bounds(double rate, int n)
    {
        var interval = RateInterval.OfMean(rate, n);
        return [interval.Rate, interval.Low, interval.High];
    }

    /// <summary>Texts kept once: a model that repeats itself is asked the same prompt again and again.</summary>
    private sealed class TextPool
    {
        private readonly Dictionary<string, int> _indices = new(StringComparer.Ordinal);

        public List<string> All { get; } = [];

        public int IndexOf(string text)
        {
            if (!_indices.TryGetValue(text, out var index))
            {
                index = All.Count;
                _indices.Add(text, index);
                All.Add(text);
            }

            return index;
        }
    }
}
