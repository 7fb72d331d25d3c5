using Microsoft.AspNetCore.Http;

namespace Consensus.AspNetCore.Requests;

/// <summary>Reads how the command of a request is proposed: what its headers say of its session, and its query of what to wait for.</summary>
internal static class ProposalParameters
{
    /// <summary>How the command of a request is proposed.</summary>
    public static Parsed<ProposeOptions> Read(HttpRequest request) =>
        !IdempotencyKey.Read(request).Try(out var options, out var problem) || !QueryParameters.WaitFor(request).Try(out var level, out problem)
            ? problem
            : options with { WaitFor = level };
}
