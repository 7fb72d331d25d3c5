namespace Consensus.Cryptography;

/// <summary>Signs the commands of one client, whose sessions nobody else can use. As safe to use from several threads as the key.</summary>
/// <param name="cluster">The cluster that they are for.</param>
/// <param name="key">The client's key.</param>
public sealed class RequestSigner(ClusterId cluster, ISigner key)
{
    private readonly byte[] _publicKey = BytesOf(key.PublicKey);

    /// <summary>The cluster that they are for.</summary>
    public ClusterId Cluster { get; } = cluster;

    /// <summary>What sessions are opened with: the 32 bytes of the key.</summary>
    public ReadOnlyMemory<byte> PublicKey => _publicKey;

    /// <summary>Signs a command.</summary>
    /// <param name="request">The session and the number.</param>
    /// <param name="acknowledgedBelow">What is said to be acknowledged, which is signed, too.</param>
    /// <param name="command">The BLAKE3 digest of the command as the state machine gets it.</param>
    public Signature Sign(RequestId request, ulong acknowledgedBelow, in Digest command) => RequestStatement.Of(Cluster, request, acknowledgedBelow, command).Sign(key);

    /// <summary>Signs a command for a proposal.</summary>
    /// <param name="options">How it is proposed, with its request.</param>
    /// <param name="command">The command's bytes.</param>
    /// <returns>The same with the signature.</returns>
    public ProposeOptions Sign(ProposeOptions options, ReadOnlySpan<byte> command)
    {
        var bytes = new byte[Signature.Size];
        Sign(options.Request, options.AcknowledgedBelow, Blake3.Hash(command)).CopyTo(bytes);
        return options with { Signature = bytes };
    }

    private static byte[] BytesOf(in PublicKey key)
    {
        var bytes = new byte[Cryptography.PublicKey.Size];
        key.CopyTo(bytes);
        return bytes;
    }
}
