using Consensus.Hosting;

namespace Consensus.AspNetCore.Access;

/// <summary>What an endpoint asks of its callers. Metadata of the endpoint.</summary>
/// <param name="Role">The least role that may call it.</param>
internal sealed record ApiAccess(AccessRole Role);
