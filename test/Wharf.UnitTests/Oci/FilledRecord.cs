using System.Reflection;

namespace Wharf.UnitTests.Oci;

/// <summary>
/// Records with every member set, each to a value of its own: what a hand-written reader or writer forgets is missed by whoever compares.
/// </summary>
internal sealed class FilledRecord
{
    private int _count;

    internal static T Of<T>() => (T)new FilledRecord().Make(typeof(T));

    internal object Make(Type type)
    {
        _count++;
        if ((Nullable.GetUnderlyingType(type) ?? type) is { IsValueType: true } value)
        {
            return value == typeof(bool) ? true
                : value.IsEnum ? Enum.GetValues(value).GetValue(_count % Enum.GetValues(value).Length)!
                : Convert.ChangeType(_count, value, System.Globalization.CultureInfo.InvariantCulture);
        }

        if (type == typeof(string))
        {
            return $"\"text\" ü {_count}";
        }

        Type[] arguments = type.GetGenericArguments();
        return arguments.Length switch
        {
            1 => MakeList(arguments[0]),
            2 => MakeMap(arguments[1]),
            _ => MakeRecord(type),
        };
    }

    private Array MakeList(Type item)
    {
        var list = Array.CreateInstance(item, 2);
        list.SetValue(Make(item), 0);
        list.SetValue(Make(item), 1);
        return list;
    }

    private object MakeMap(Type value)
    {
        var map = (System.Collections.IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), value))!;
        map[$"key.{_count}"] = Make(value);
        map[$"key ü {_count}"] = Make(value);
        return map;
    }

    private object MakeRecord(Type type)
    {
        ConstructorInfo constructor = type.GetConstructors().MaxBy(candidate => candidate.GetParameters().Length)!;
        object record = constructor.Invoke([.. constructor.GetParameters().Select(parameter => Make(parameter.ParameterType))]);
        foreach (PropertyInfo property in type.GetProperties().Where(IsWritten))
        {
            if (!constructor.GetParameters().Any(parameter => parameter.Name == property.Name))
            {
                property.SetValue(record, Make(property.PropertyType));
            }
        }

        return record;
    }

    private static bool IsWritten(PropertyInfo property) =>
        property.CanWrite && property.GetCustomAttribute<System.Text.Json.Serialization.JsonIgnoreAttribute>() is null;
}
