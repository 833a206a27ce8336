using System.Xml.Linq;
using Thaw.Learning.Analysis;
using Thaw.Learning.Checkpoints;
using Thaw.Torch;

namespace Thaw.Learning.Tests.Analysis;

public sealed class WeightDriftTests : IDisposable
{
    private const string Query = "model.layers.1.self_attn.q_proj.weight";

    private readonly TemporaryFolder _folder = new();

    public WeightDriftTests() => TinyModels.WriteSokobanFolder(_folder["base"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Of_KnownChanges_AreInTheirCellsAlone()
    {
        WriteCheckpoint(2, 1);
        WriteCheckpoint(10, 1.5);

        var drift = Of(_folder["base"]);

        // Numerical order: 10 comes behind 2.
        Assert.Equal([("base", "2"), ("2", "10")], drift.Columns.Select(column => (column.From, column.To)));
        var attention = drift.Rows.Single(row => row.Name == "layer 1 attention");
        var (query, others) = (4 * 8 * 16.0, (2 * 2 * 8 * 16) + (16 * 4 * 8.0));
        Assert.Equal(0, attention.Changes[0]);

        // ‖1.5 W − W‖ / ‖W‖ = 0.5 for the query projection, 0 for the rest of the attention.
        Assert.Equal(0.5 * query / (query + others), attention.Changes[1], 1e-6);
        Assert.All(drift.Rows.Where(row => !row.Name.StartsWith("layer 1", StringComparison.Ordinal) && row.Name != "all"), row => Assert.Equal([0, 0], row.Changes));
        Assert.Equal(["embedding", "layer 0", "layer 0 attention", "layer 0 mlp", "layer 0 norm", "layer 1", "layer 1 attention", "layer 1 mlp", "layer 1 norm", "norm", "all"], drift.Rows.Select(row => row.Name));
    }

    [Fact]
    public void Of_AdaptersOnTheBaseThatTheyName_AreCompared()
    {
        var config = ConfigFile.Read(_folder["base/config.json"]);
        TinyAdapter.Write(_folder["run/checkpoint-1"], config, _folder["base"]);
        TinyAdapter.Write(_folder["run/checkpoint-2"], config, _folder["base"]);

        var drift = Of(null);

        Assert.Equal(("1", "2"), (drift.Columns.Single().From, drift.Columns.Single().To));
        Assert.True(drift.Columns[0].L2 > 0);
        Assert.Equal(0, drift.Rows[0].Changes[0]);
    }

    [Fact]
    public void Of_OneCheckpoint_SaysHowToHaveMore()
    {
        WriteCheckpoint(2, 1);

        var error = Assert.Throws<InvalidDataException>(() => Of(null));

        Assert.Equal($"{_folder["run"]}: has 1 checkpoints, too few to compare. save_steps and save_total_limit decide how many a run keeps; --base adds its start.", error.Message);
    }

    [Fact]
    public void Page_OfARun_IsWellFormedAndAsksForNothing()
    {
        WriteCheckpoint(2, 1);
        WriteCheckpoint(10, 1.5);

        var page = DriftPage.Of(Of(_folder["base"]) with { Run = "runs/<a&b>" });

        Assert.Contains("runs/&lt;a&amp;b&gt;", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("http", page.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal).Replace("http-equiv", "", StringComparison.Ordinal), StringComparison.Ordinal);
        var svg = XNamespace.Get("http://www.w3.org/2000/svg");
        var maps = page.Split("<svg").Skip(1).Select(part => XElement.Parse("<svg" + part[..(part.IndexOf("</svg>", StringComparison.Ordinal) + 6)])).ToList();
        Assert.Equal(4, maps.Count);

        // Embedding, two layers, final norm and all, by two steps.
        Assert.Equal(10, maps[0].Descendants(svg + "rect").Count());
        Assert.Equal(2, maps[0].Descendants(svg + "rect").Select(rect => rect.Attribute("fill")!.Value).Where(fill => fill != "#ffffd9").Distinct().Count());
    }

    private WeightDrift Of(string? @base) => WeightDrift.Of(_folder["run"], @base, (_, _) => { }, default);

    private void WriteCheckpoint(int step, double factor)
    {
        var folder = TinyModels.WriteSokobanFolder(_folder[$"run/checkpoint-{step}"]);
        using var noGrad = new NoGradScope();
        using var model = DecoderFolder.Read(folder);
        model.Parameters.Single(p => p.Name == Query).Value.MultiplyInPlace(factor);
        DecoderFolder.WriteWeights(folder, model);
    }
}
