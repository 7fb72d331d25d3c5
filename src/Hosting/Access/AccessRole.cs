namespace Consensus.Hosting;

/// <summary>What a caller of the HTTP API may do. Each role may do what those before it may.</summary>
internal enum AccessRole
{
    /// <summary>Needs no token: whether the node lives.</summary>
    Anyone,

    /// <summary>Reads state, status and events.</summary>
    Read,

    /// <summary>Proposes commands.</summary>
    Write,

    /// <summary>Changes who belongs to the group, and who leads it.</summary>
    Operate,
}
