using System.Collections.Immutable;
using Consensus.Cryptography;

namespace Consensus.Hosting;

/// <summary>The public keys of the configured members.</summary>
internal static class MemberKeys
{
    /// <summary>The keys that are given and well-formed, in the order of the members.</summary>
    public static ImmutableArray<MemberKey> Of(ConsensusOptions options) =>
        [.. options.Members.Where(member => TryParse(member.PublicKey, out _)).Select(member => new MemberKey(member.Id, PublicKey.Parse(member.PublicKey)))];

    /// <summary>The key of a member; <c>default</c> if none is given, or none that is well-formed.</summary>
    public static PublicKey Of(ConsensusOptions options, NodeId node) => Of(options).FirstOrDefault(member => member.Id == node).Key;

    /// <summary>Whether a text is a key with which signatures can be checked.</summary>
    public static bool TryParse(string text, out PublicKey key) => PublicKey.TryParse(text, out key) && Ed25519.IsCanonical(key);
}
