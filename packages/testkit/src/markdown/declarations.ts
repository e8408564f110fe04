import { readFileSync } from 'node:fs';
import ts from 'typescript';

export interface DeclaredMember {
  readonly name: string;
  /** Fields of the member's object type. Optional fields end with `?`. */
  readonly fields: readonly string[];
}

/** Members of an interface whose types are object literals, as declared in the source. */
export function membersOf(file: URL, name: string): DeclaredMember[] {
  const declaration = statementOf(file, name);
  if (!ts.isInterfaceDeclaration(declaration)) throw new Error(`${name} is not an interface`);
  return declaration.members.filter(ts.isPropertySignature).map((member) => ({
    name: member.name.getText(),
    fields: member.type !== undefined && ts.isTypeLiteralNode(member.type) ? fieldsOf(member.type) : [],
  }));
}

/** Texts of a union of string literals. */
export function literalsOf(file: URL, name: string): string[] {
  const declaration = statementOf(file, name);
  if (!ts.isTypeAliasDeclaration(declaration) || !ts.isUnionTypeNode(declaration.type))
    throw new Error(`${name} is not a union`);
  return declaration.type.types.map((type) => {
    if (ts.isLiteralTypeNode(type) && ts.isStringLiteral(type.literal)) return type.literal.text;
    throw new Error(`${name} has a member that is not a text: ${type.getText()}`);
  });
}

function fieldsOf(type: ts.TypeLiteralNode): string[] {
  return type.members
    .filter(ts.isPropertySignature)
    .map((field) => `${field.name.getText()}${field.questionToken === undefined ? '' : '?'}`);
}

function statementOf(file: URL, name: string): ts.Statement {
  const source = ts.createSourceFile(file.href, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const found = source.statements.find(
    (statement) =>
      (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) && statement.name.text === name,
  );
  if (found === undefined) throw new Error(`${name} not found in ${file.href}`);
  return found;
}
