using Thaw.Cli.Output;
using Thaw.Core.Generation;
using Thaw.Learning.Collecting;
using Thaw.Serving;
using Thaw.Serving.Client;

namespace Thaw.Cli.Verbs;

/// <summary>The client through which <c>collect</c> asks a served teacher. Its answers are kept until the samples are written, so that none is paid for twice.</summary>
internal static class EndpointTeacher
{
    private const string JournalName = "answers.jsonl";

    public static Func<CollectOptions, ITextGenerator> OpenerFor(Reporting reporting) => options =>
    {
        var journal = Path.Combine(options.OutputDir, JournalName);
        var generator = new EndpointGenerator(Describe(options), journal, reporting.Note);
        if (generator.AnswersKept > 0)
        {
            reporting.Note($"going on with {generator.AnswersKept} answers from {journal}");
        }

        return generator;
    };

    /// <summary>To be called when the samples are written: kept longer, answers would stand for another model of the same name.</summary>
    public static void ForgetAnswers(string folder) => File.Delete(Path.Combine(folder, JournalName));

    private static EndpointOptions Describe(CollectOptions options) => new(AddressOf(options.Endpoint), options.Model)
    {
        Api = options.Api == TeacherApi.Chat ? EndpointApi.Chat : EndpointApi.Completions,
        Concurrency = options.Concurrency,
        Key = ApiKey.FromEnvironment(options.ApiKeyEnv ?? ApiKey.DefaultVariable) is { } key ? key
            : options.ApiKeyEnv is null ? null
            : throw new InvalidDataException($"environment variable {options.ApiKeyEnv}, named by api_key_env, is not set"),
    };

    private static Uri AddressOf(string text)
    {
        try
        {
            return EndpointAddress.Parse(text);
        }
        catch (FormatException error)
        {
            throw new UsageException($"Key 'endpoint': {error.Message}");
        }
    }
}
