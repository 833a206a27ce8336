using System.Diagnostics;
using System.Globalization;
using Thaw.Benchmarks.Output;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Models;
using Thaw.Torch;

namespace Thaw.Benchmarks.Load;

/// <param name="Reads">What is done with the file: <c>cat</c>, or loaded in an element type.</param>
/// <param name="IsCold">The file was put out of the page cache before, so the disk is read.</param>
/// <param name="Median">Megabytes of file a second.</param>
internal sealed record LoadResult(string Reads, bool IsCold, double Median, double Min, double Max, int Rounds);

/// <summary>Loading a checkpoint of the exact shape of Qwen3-0.6B, in bfloat16, against <c>cat</c> of the same file in the same round.</summary>
internal static class LoadBenchmark
{
    public static IReadOnlyList<LoadResult> Run(string config, int rounds, TextWriter text)
    {
        var folder = Directory.CreateTempSubdirectory("thaw-load-").FullName;
        try
        {
            var file = WriteCheckpoint(config, folder);
            var megabytes = new FileInfo(file).Length / 1e6;
            (string Name, Action Run)[] works =
            [
                ("cat to nowhere", () => Shell($"cat '{file}' >/dev/null")),
                ("load as bfloat16", () => Load(folder, WeightType.Bfloat16)),
                ("load as float32", () => Load(folder, WeightType.Float32)),
            ];
            var results = new List<LoadResult>();
            foreach (var isCold in new[] { false, true })
            {
                var rates = works.Select(_ => new List<double>()).ToList();
                for (var round = 0; round <= rounds; round++)
                {
                    for (var i = 0; i < works.Length; i++)
                    {
                        if (isCold)
                        {
                            Shell($"sync '{file}' && dd of='{file}' oflag=nocache conv=notrunc,fdatasync count=0 status=none");
                        }

                        var clock = Stopwatch.StartNew();
                        works[i].Run();
                        var rate = megabytes / clock.Elapsed.TotalSeconds;
                        if (round > 0)
                        {
                            rates[i].Add(rate);
                            text.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{works[i].Name}, {(isCold ? "cold" : "warm")}, round {round}: {rate:n0} MB/s"));
                        }
                    }
                }

                results.AddRange(works.Zip(rates, (work, rate) => new LoadResult(work.Name, isCold, Median.Of(rate), rate.Min(), rate.Max(), rounds)));
            }

            return results;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public static string Markdown(IReadOnlyList<LoadResult> results) =>
        $"| a checkpoint of the shape of Qwen3-0.6B, bfloat16 | page cache | median MB/s | least | greatest | of cat | rounds |\n|---|---|---|---|---|---|---|\n" +
        string.Concat(results.Select(r => string.Create(
            CultureInfo.InvariantCulture,
            $"| {r.Reads} | {(r.IsCold ? "cold" : "warm")} | {r.Median:n0} | {r.Min:n0} | {r.Max:n0} | {r.Median / results.First(other => other.IsCold == r.IsCold).Median:0.00} | {r.Rounds} |\n"))) +
        $"\nGreatest resident memory of the process, mapped pages of the file included: {MachineFacts.PeakMegabytes():n0} MiB\n";

    private static void Load(string folder, WeightType type)
    {
        using var model = DecoderFolder.Read(folder, Device.Cpu, type);
    }

    private static string WriteCheckpoint(string configFile, string folder)
    {
        File.Copy(configFile, Path.Combine(folder, DecoderFolder.ConfigName));
        var config = ConfigFile.Read(configFile);
        var entries = DecoderWeights.ShapesOf(config).Select(w => new SafetensorsEntry(w.Name, SafetensorsType.BF16, w.Shape));
        var numbers = new byte[1 << 20];
        new Random(1).NextBytes(numbers);

        // Small positive numbers, so that no conversion meets NaN.
        for (var i = 1; i < numbers.Length; i += 2)
        {
            numbers[i] = 0x3c;
        }

        ShardedWriter.Write(folder, entries, ShardedWriter.DefaultShardBytes, (entry, stream) =>
        {
            for (var left = entry.ByteCount; left > 0; left -= numbers.Length)
            {
                stream.Write(numbers, 0, (int)Math.Min(left, numbers.Length));
            }
        });
        return Path.Combine(folder, DecoderFolder.WeightsName);
    }

    private static void Shell(string command)
    {
        using var process = Process.Start("sh", ["-c", command])!;
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"sh -c {command}: exit code {process.ExitCode}");
        }
    }
}
