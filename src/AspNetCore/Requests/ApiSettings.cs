using System.Globalization;
using Consensus.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Consensus.AspNetCore.Requests;

/// <summary>The bounds of the API for one group.</summary>
/// <param name="BodyBytesMax">The largest value that a request may carry.</param>
/// <param name="ScanEntriesMax">How many entries one page of a scan has at most.</param>
/// <param name="RetryAfter">What a client is told to wait.</param>
internal sealed record ApiSettings(int BodyBytesMax, int ScanEntriesMax, TimeSpan RetryAfter)
{
    /// <summary>What surrounds the values in a JSON body, at most.</summary>
    private const int JsonOverheadBytes = 64 * 1024;

    /// <summary>The settings of a group that was added with <c>AddConsensus</c>; the default ones for any other.</summary>
    public static ApiSettings Of(IServiceProvider services, string? name)
    {
        var http = services.GetKeyedService<ConsensusOptions>(name ?? Options.DefaultName)?.Http ?? new HttpSettings();
        return new ApiSettings(http.BodyBytesMax, http.ScanEntriesMax, http.RetryAfter);
    }

    /// <summary>The largest JSON body: two values in base64, and what surrounds them.</summary>
    public long JsonBytesMax => (3L * BodyBytesMax) + JsonOverheadBytes;

    /// <summary>The value of the <c>Retry-After</c> header: whole seconds, rounded up.</summary>
    public string RetryAfterSeconds { get; } = ((long)Math.Ceiling(RetryAfter.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
}
