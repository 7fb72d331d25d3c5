using Consensus.Configuration;
using Consensus.Cryptography;

namespace Consensus.Hosting.Validation;

/// <summary>What makes the keys of a group usable: each member has one of its own, and this node has the secret half of its.</summary>
/// <remarks>An engine that tolerates Byzantine faults needs them. For the others they are optional, but half of them are worth nothing: all are given, or none.</remarks>
internal sealed class SigningRules
{
    private readonly SignatureLibrary _library;

    public SigningRules(SignatureLibrary library) => _library = library;

    public void Check(ConsensusOptions options, bool areNeeded, SettingProblems problems)
    {
        if (areNeeded)
        {
            ByzantineRules.Check(options, problems);
        }

        if (!areNeeded && options.SigningKeyFile.Length == 0 && options.Members.All(member => member.PublicKey.Length == 0))
        {
            return;
        }

        var why = areNeeded
            ? $"the algorithm \"{options.EngineName}\" needs the keys of all members"
            : "keys are of use only if all members have one";
        CheckPublicKeys(options, why, problems);
        CheckSigningKey(options, why, problems);
    }

    /// <summary>No key is shown that is not well-formed, and none twice: what stands there may be a secret, put in the wrong place.</summary>
    private static void CheckPublicKeys(ConsensusOptions options, string why, SettingProblems problems)
    {
        const string Allowed = $"the public key of the member, 64 hexadecimal digits, as consensus keys show prints it";
        var owners = new Dictionary<PublicKey, string>();
        for (var i = 0; i < options.Members.Count; i++)
        {
            var text = options.Members[i].PublicKey;
            var member = MemberRules.PathOf(options, i);
            var path = $"{member}:{nameof(MemberOptions.PublicKey)}";
            if (text.Length == 0)
            {
                problems.Add(path, $"{path} is missing; allowed: {Allowed}, for {why}.");
            }
            else if (!PublicKey.TryParse(text, out var key))
            {
                problems.Add(path, $"{path} is a text of {text.Length} characters that is no public key; allowed: {Allowed}.");
            }
            else if (!Ed25519.IsCanonical(key))
            {
                problems.Add(path, $"{path} is no key that anybody could sign with; allowed: {Allowed}.");
            }
            else if (!owners.TryAdd(key, member))
            {
                problems.Add(path, $"{path} is the key of {owners[key]} as well; allowed: a key that no other member has.");
            }
        }
    }

    private void CheckSigningKey(ConsensusOptions options, string why, SettingProblems problems)
    {
        var path = $"{options.Path}:{nameof(options.SigningKeyFile)}";
        if (options.SigningKeyFile.Length == 0)
        {
            problems.Add(path, $"{path} is missing; allowed: a file with the signing key of this node, as consensus keys generate writes it, for {why}.");
            return;
        }

        if (Load(path, problems) is not { } library)
        {
            return;
        }

        var (key, problem) = SigningKeyFile.Read(options.SigningKeyFile, library);
        if (key is null)
        {
            problems.Add(path, $"{path} is {SettingFormat.Show(options.SigningKeyFile)}, {problem}");
            return;
        }

        using (key)
        {
            RequireOwn(options, path, key.PublicKey, problems);
        }
    }

    private Ed25519? Load(string path, SettingProblems problems)
    {
        try
        {
            return _library.Ed25519;
        }
        catch (ConsensusException exception)
        {
            problems.Add(path, $"{path} cannot be used: {exception.Message}");
            return null;
        }
    }

    private static void RequireOwn(ConsensusOptions options, string path, PublicKey held, SettingProblems problems)
    {
        var own = options.Members.Index().FirstOrDefault(member => member.Item.Id == options.Node);

        // A node that joins may not be among the members, and what is no key at all is refused already.
        if (own.Item is not null && MemberKeys.TryParse(own.Item.PublicKey, out var listed) && held != listed)
        {
            var where = $"{MemberRules.PathOf(options, own.Index)}:{nameof(MemberOptions.PublicKey)}";
            problems.Add(
                path,
                $"{path} is {SettingFormat.Show(options.SigningKeyFile)}, which holds the key whose public half is {held}; allowed: the key of node {options.Node}, whose public half is that in {where}.");
        }
    }
}
