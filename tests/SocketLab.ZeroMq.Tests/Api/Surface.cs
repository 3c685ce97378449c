using System.Reflection;
using System.Text.RegularExpressions;

namespace SocketLab.ZeroMq.Tests.Api;

/// <summary>A public surface as lines <c>Type: member</c>, in one spelling for the built assembly and for the list of NetMQ's API.</summary>
internal static partial class Surface
{
    public static string Folder { get; } = Path.GetDirectoryName(Here())!;

    /// <summary>NetMQ's names in ours: <c>NetMQSocket</c> is <c>ZmqSocket</c>, <c>NetMQ.Sockets</c> is <c>SocketLab.ZeroMq.Sockets</c>.</summary>
    public static HashSet<string> OfNetMQ()
    {
        HashSet<string> lines = [];
        string type = "", kind = "";
        foreach (string raw in File.ReadLines(Path.Combine(Folder, "netmq-api.txt")).Where(l => l.Length > 0 && l[0] != '#'))
        {
            string line = Names().Replace(raw, "Zmq").Replace("NetMQ.", "SocketLab.ZeroMq.", StringComparison.Ordinal);
            if (raw[0] != ' ')
            {
                var parts = line.Split(' ');
                kind = parts[0];
                type = parts[1] == "SocketLab.ZeroMq.Proxy" ? "SocketLab.ZeroMq.ZmqProxy" : parts[1];
                lines.Add(type);
            }
            else if (kind == "enum")
            {
                lines.UnionWith(line.Split(',').Select(v => $"{type}: {v.Trim()}"));
            }
            else
            {
                lines.Add($"{type}: {Member(line.Trim())}");
            }
        }
        return lines;
    }

    public static SortedSet<string> OfEngine()
    {
        SortedSet<string> lines = new(StringComparer.Ordinal);
        foreach (var type in typeof(ZmqSocket).Assembly.GetExportedTypes())
        {
            lines.Add(type.FullName!);
            const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
            if (typeof(Delegate).IsAssignableFrom(type))
            {
                continue;
            }
            foreach (var member in type.GetMembers(Declared).Select(m => Text(m, type)).OfType<string>())
            {
                lines.Add($"{type.FullName}: {member}");
            }
        }
        return lines;
    }

    /// <summary>A type's member as it stands in the lists; an accessor stands for its property or event.</summary>
    public static string LineOf(MemberInfo member)
    {
        var type = member.DeclaringType!;
        if (member is MethodInfo { IsSpecialName: true } accessor)
        {
            const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;
            member = type.GetProperties(All).FirstOrDefault(p => p.GetAccessors(true).Contains(accessor))
                ?? type.GetEvents(All).FirstOrDefault(e => e.AddMethod == accessor || e.RemoveMethod == accessor)
                ?? member;
        }
        return $"{type.FullName}: {Text(member, type) ?? member.Name}";
    }

    private static string? Text(MemberInfo member, Type type) => member switch
    {
        _ when type.IsEnum => member is FieldInfo { IsLiteral: true } value ? value.Name : null,
        ConstructorInfo c => $"new({Parameters(c)})",
        PropertyInfo p => $"{Name(p.PropertyType)} {p.Name}",
        EventInfo e => $"event {Name(e.EventHandlerType!)} {e.Name}",
        FieldInfo f => $"{Name(f.FieldType)} {f.Name}",
        MethodInfo { IsSpecialName: true } => null,
        MethodInfo m => $"{Name(m.ReturnType)} {m.Name}({Parameters(m)})",
        _ => null,
    };

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(p => Name(p.ParameterType)));

    private static string Name(Type type)
    {
        if (type.IsByRef)
        {
            return "ref " + Name(type.GetElementType()!);
        }
        if (type.IsArray)
        {
            return Name(type.GetElementType()!) + "[]";
        }
        string name = type.Name.Split('`')[0].Replace("ReadOnlySpan", "Span", StringComparison.Ordinal);
        return type.IsGenericType ? $"{name}<{string.Join(",", type.GetGenericArguments().Select(Name))}>" : name;
    }

    /// <summary>Takes names and defaults of parameters, and accessors of properties, off a line of the list.</summary>
    private static string Member(string line)
    {
        int open = line.IndexOf('(', StringComparison.Ordinal);
        line = line.Replace("static ", "", StringComparison.Ordinal).Replace("ReadOnlySpan", "Span", StringComparison.Ordinal);
        if (open < 0)
        {
            return Accessors().Replace(line, "");
        }
        open = line.IndexOf('(', StringComparison.Ordinal);
        var parameters = Split(line[(open + 1)..line.LastIndexOf(')')])
            .Select(p => Default().Replace(p, ""))
            .Select(p => p[..p.LastIndexOf(' ')].Replace("out ", "ref ", StringComparison.Ordinal));
        return $"{line[..open]}({string.Join(", ", parameters)})";
    }

    /// <summary>Splits at the commas that are not within angle brackets.</summary>
    private static IEnumerable<string> Split(string list)
    {
        int depth = 0, start = 0;
        for (int i = 0; i < list.Length; i++)
        {
            depth += list[i] == '<' ? 1 : list[i] == '>' ? -1 : 0;
            if (list[i] == ',' && depth == 0)
            {
                yield return list[start..i].Trim();
                start = i + 1;
            }
        }
        if (list.Length > 0)
        {
            yield return list[start..].Trim();
        }
    }

    private static string Here([System.Runtime.CompilerServices.CallerFilePath] string path = "") => path;

    [GeneratedRegex(@"\bNetMQ(?=[A-Z])")]
    private static partial Regex Names();

    [GeneratedRegex(@" \{.*\}$")]
    private static partial Regex Accessors();

    [GeneratedRegex(@" = .*$")]
    private static partial Regex Default();
}
