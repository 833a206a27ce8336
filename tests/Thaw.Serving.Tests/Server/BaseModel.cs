using System.Runtime.CompilerServices;
using Thaw.Core.Generation;
using Thaw.Learning.Checkpoints;
using Thaw.Serving.Server;

namespace Thaw.Serving.Tests.Server;

/// <summary>The model that ships, loaded once for a test class.</summary>
public sealed class BaseModel : IDisposable
{
    public const string SokobanText =
        "<|im_start|>user\nYou are a Sokoban solver.\n\nSokoban Quick Guide\nGoal: Push all boxes (X) onto targets (O).\n";

    public static string FolderPath { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "..", "models", "base"));

    public ModelFolder Folder { get; } = ModelFolder.Load(FolderPath);

    public ServedModel Served => ServedModel.Of(Folder);

    /// <summary>What the model answers when nobody else asks.</summary>
    public Completion Alone(string prompt, int maxNewTokens)
    {
        using var generator = Folder.Generator();
        return generator.Generate([new Prompt(prompt)], new SamplingOptions { MaxNewTokens = maxNewTokens }, CancellationToken.None).Single();
    }

    public void Dispose() => Folder.Dispose();

    private static string Here([CallerFilePath] string path = "") => path;
}
