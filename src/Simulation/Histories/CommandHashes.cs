using Consensus.Cryptography;

namespace Consensus.Simulation.Histories;

/// <summary>
/// The hashes of the commands in the log, as which checkers know them. Every replica applies each entry, and several checkers look each time;
/// the bytes of the first are kept, and others that are the same are compared instead of hashed.
/// </summary>
internal sealed class CommandHashes
{
    private readonly Dictionary<ulong, (byte[] Body, Digest Hash)> _known = [];

    /// <summary>The hash of the command of an entry.</summary>
    /// <param name="index">The entry.</param>
    /// <param name="body">The command's bytes, as the one who asks has them.</param>
    public Digest Of(LogIndex index, ReadOnlySpan<byte> body)
    {
        if (!_known.TryGetValue(index.Value, out var known))
        {
            known = (body.ToArray(), Of(body));
            _known.Add(index.Value, known);
        }

        return body.SequenceEqual(known.Body) ? known.Hash : Of(body);
    }

    /// <summary>The hash of a command.</summary>
    public static Digest Of(ReadOnlySpan<byte> body) => Blake3.Hash(body);
}
