using System.Globalization;
using System.Text.Json;

namespace Consensus.Cli.Client;

/// <summary>A node's answer.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The body.</param>
/// <param name="Index">The position in the log that the answer shows, if it says so.</param>
internal sealed record ApiAnswer(int Status, byte[] Body, ulong? Index)
{
    /// <summary>The name of the header that carries <see cref="Index"/>.</summary>
    public const string IndexHeader = "Consensus-Index";

    /// <summary>What is wrong, or <see langword="null"/> if nothing is.</summary>
    public ApiProblem? Problem { get; } = Status is >= 200 and <= 299 ? null : ApiProblem.Read(Status, Body);

    /// <summary>Reads an answer.</summary>
    public static async Task<ApiAnswer> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        var index = response.Headers.TryGetValues(IndexHeader, out var values)
            && ulong.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : (ulong?)null;
        return new ApiAnswer((int)response.StatusCode, body, index);
    }

    /// <summary>The body as JSON.</summary>
    /// <exception cref="CommandFailedException">It is something else.</exception>
    public JsonElement Json()
    {
        try
        {
            using var document = JsonDocument.Parse(Body);
            return document.RootElement.Clone();
        }
        catch (JsonException exception)
        {
            throw new CommandFailedException($"The node's answer is not JSON: {exception.Message}", exception);
        }
    }

    /// <summary>This answer, if it is a success.</summary>
    /// <exception cref="UsageException">It is none, because what was asked for can never be done.</exception>
    /// <exception cref="CommandFailedException">It is none for another reason; the message says which.</exception>
    public ApiAnswer OrFail() => Problem is null ? this
        : Problem.IsWrongUsage ? throw new UsageException(Describe(Problem))
        : throw new CommandFailedException(Describe(Problem));

    private static string Describe(ApiProblem problem) => problem.Code.Length == 0 ? problem.Detail : $"{problem.Detail} [{problem.Code}]";
}
