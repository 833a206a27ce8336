namespace Thaw.Benchmarks.Tokens;

/// <summary>Rates of the three sides on one work with one tokenizer, in megabytes of UTF-8 a second.</summary>
/// <param name="Agrees">All sides found the same ids.</param>
internal sealed record TokenResult(string Work, string Family, double Megabytes, double Thaw, double JavaScript, double Rust, bool Agrees);
