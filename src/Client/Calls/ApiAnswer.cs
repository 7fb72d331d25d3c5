using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Consensus.Client.Calls;

/// <summary>A node's answer.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The body.</param>
/// <param name="Index">The position in the log that the answer shows, if it says so.</param>
internal sealed record ApiAnswer(int Status, byte[] Body, ulong? Index)
{
    /// <summary>The name of the header that carries <see cref="Index"/>.</summary>
    public const string IndexHeader = "Consensus-Index";

    /// <summary>The version of a value; 0 if the answer is none.</summary>
    public ulong Version { get; init; }

    /// <summary>For how long the node wants to be left alone; zero if it says nothing.</summary>
    public TimeSpan RetryAfter { get; init; }

    /// <summary>What is wrong, or <see langword="null"/> if nothing is.</summary>
    public ApiProblem? Problem { get; } = Status is >= 200 and <= 299 ? null : ApiProblem.Read(Status, Body);

    /// <summary>Reads an answer.</summary>
    public static async Task<ApiAnswer> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        var index = response.Headers.TryGetValues(IndexHeader, out var values) ? NumberIn(values.First()) : null;
        return new ApiAnswer((int)response.StatusCode, body, index)
        {
            Version = NumberIn(response.Headers.ETag?.Tag.Trim('"')) ?? 0,
            RetryAfter = response.Headers.RetryAfter?.Delta is { } delay && delay > TimeSpan.Zero ? delay : TimeSpan.Zero,
        };
    }

    /// <summary>The document in the body.</summary>
    /// <exception cref="ConsensusException">It is something else.</exception>
    public T Read<T>(JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(Body, type) ?? throw Foreign("It is null.", null);
        }
        catch (JsonException exception)
        {
            throw Foreign(exception.Message, exception);
        }
    }

    private static ConsensusException Foreign(string why, JsonException? cause) => new(
        ConsensusFailure.InvalidConfiguration, $"The answer is not what a node's API says here; is the address one of a node? {why}", cause);

    private static ulong? NumberIn(string? text) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
