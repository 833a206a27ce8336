using Thaw.Cli.Output;
using Thaw.Core.Generation;
using Thaw.Learning.Collecting;
using Thaw.Serving.Client;

namespace Thaw.Cli.Verbs;

/// <summary>The client through which <c>collect</c> asks a served teacher.</summary>
internal static class EndpointTeacher
{
    public static Func<CollectOptions, string, ITextGenerator> OpenerFor(Reporting reporting) => (options, journal) => new EndpointGenerator(Describe(options), journal, reporting.Note);

    private static EndpointOptions Describe(CollectOptions options) => new(EndpointSettings.AddressOf(options.Endpoint, "Key 'endpoint'"), options.Model)
    {
        Api = options.Api == TeacherApi.Chat ? EndpointApi.Chat : EndpointApi.Completions,
        Concurrency = options.Concurrency,
        Key = EndpointSettings.KeyOf(options.ApiKeyEnv, "api_key_env"),
    };
}
