using System.Globalization;
using Consensus.Configuration;
using Consensus.Transport;

namespace Consensus.Hosting.Validation;

/// <summary>What makes an address book. Members that nobody knows are allowed: they may join later.</summary>
internal static class AddressBookRules
{
    public const string AllowedMember = "a whole number from 1 to 4,294,967,295, without leading zeros";

    /// <summary>Reads a member's number, which has one form only: two keys are two members.</summary>
    public static bool TryParseMember(string text, out NodeId member)
    {
        var isNumber = uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 && text[0] != '0';
        member = new NodeId(number);
        return isNumber;
    }

    public static void Check(ConsensusOptions options, SettingProblems problems)
    {
        var path = $"{options.Path}:{nameof(options.Transport)}:{nameof(options.Transport.AddressBook)}";
        var known = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (member, addresses) in options.Transport.AddressBook.OrderBy(entry => entry.Key))
        {
            var entry = $"{path}:{member}";
            if (member == NodeId.None)
            {
                problems.Add(entry, $"{entry} is not a member's number; allowed: {AllowedMember}.");
            }

            if (addresses.Count is 0 or > AddressBook.EndPointsMax)
            {
                problems.Add(entry, $"{entry} has {addresses.Count} addresses; allowed: 1 to {AddressBook.EndPointsMax}.");
            }

            CheckEach(entry, addresses, known, problems);
        }
    }

    /// <summary>The book, from valid settings.</summary>
    public static AddressBook ToBook(TransportSettings settings) => new(settings.AddressBook.Select(entry => KeyValuePair.Create<NodeId, IReadOnlyList<System.Net.EndPoint>>(
        entry.Key,
        [.. entry.Value.Select(text => PeerAddress.TryParse(text, out var endPoint) ? endPoint : throw new System.Diagnostics.UnreachableException($"\"{text}\" passed the validation of the settings."))])));

    private static void CheckEach(string entry, IList<string> addresses, Dictionary<string, string> known, SettingProblems problems)
    {
        foreach (var (index, address) in addresses.Index())
        {
            var path = $"{entry}:{index}";
            if (!HostPort.TryParse(address, out _))
            {
                problems.Add(path, address, HostPort.Allowed);
            }
            else if (!known.TryAdd(address, path))
            {
                problems.Add(path, address, $"an address that is in the book once; {known[address]} is this one");
            }
        }
    }
}
