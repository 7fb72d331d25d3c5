namespace Consensus.Transport;

/// <summary>Where a transport takes its certificate from: asked at each connection, so that a new one needs no restart.</summary>
/// <remarks>Called from several threads at once.</remarks>
public interface ITlsCredentialSource
{
    /// <summary>The credentials for a connection that begins now.</summary>
    TlsCredentials Current { get; }
}
