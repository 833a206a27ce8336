using Thaw.Core.Lessons;
using Thaw.Core.Randomness;
using Thaw.Learning.Tokenization;
using Thaw.Learning.Training;

namespace Thaw.Learning.Pretraining;

/// <summary>The rows of pretraining: each step's are drawn from its own stream, so any step can be made without those before it.</summary>
internal sealed class PretrainData(PretrainOptions options, BytePairTokenizer tokenizer)
{
    public IReadOnlyList<TrainingExample> RowsOf(int step)
    {
        var stage = StageOf(step);
        var rows = new List<TrainingExample>();
        for (var group = 0; group < options.RowsPerUpdate / options.GroupSize; group++)
        {
            var random = SplitMix64.For(options.Seed, $"pretrain/{step}/{group}");
            var lesson = LessonCatalog.Find(Draw(stage, random));
            rows.AddRange(lesson.Write(random, options.GroupSize).Select(Tokenize));
        }

        return rows;
    }

    /// <summary>Rows of one lesson from a stream that no step draws from.</summary>
    public IReadOnlyList<TrainingExample> FreshRows(ILesson lesson, int groups)
    {
        var random = SplitMix64.For(options.Seed, $"pretrain/measure/{lesson.Name}");
        return [.. Enumerable.Range(0, groups).SelectMany(_ => lesson.Write(random, options.GroupSize)).Select(Tokenize)];
    }

    private PretrainStage StageOf(int step)
    {
        var last = 0;
        return options.Stages.First(stage => step <= (last += stage.Steps));
    }

    private static string Draw(PretrainStage stage, SplitMix64 random)
    {
        var target = random.NextDouble() * stage.Lessons.Values.Sum();
        foreach (var (name, share) in stage.Lessons)
        {
            target -= share;
            if (target < 0)
            {
                return name;
            }
        }

        return stage.Lessons.Keys.Last();
    }

    // Parts are tokenized one by one, so a scored part never shares a token with its question.
    private TrainingExample Tokenize(LessonRow row)
    {
        var ids = new List<int>();
        var isTarget = new List<bool>();
        Add(row.Stem);
        var starts = new List<int>();
        foreach (var branch in row.Branches)
        {
            starts.Add(ids.Count);
            Add(branch);
        }

        return new TrainingExample([.. ids], [.. isTarget], [.. starts]);

        void Add(IReadOnlyList<LessonPart> parts)
        {
            foreach (var part in parts)
            {
                var tokens = tokenizer.Encode(part.Text);
                ids.AddRange(tokens);
                isTarget.AddRange(Enumerable.Repeat(part.IsScored, tokens.Length));
            }
        }
    }
}
