import { readFileSync } from 'node:fs';
import ts from 'typescript';

export interface DeclaredMember {
  readonly name: string;
  /** The fields of its object type, optional ones with a `?` behind. */
  readonly fields: readonly string[];
}

/** The members of an interface, each of an object type written in place, as its source declares them. */
export function membersOf(file: URL, name: string): DeclaredMember[] {
  const declaration = statementOf(file, name);
  if (!ts.isInterfaceDeclaration(declaration)) throw new Error(`${name} is no interface`);
  return declaration.members.filter(ts.isPropertySignature).map((member) => ({
    name: member.name.getText(),
    fields: member.type !== undefined && ts.isTypeLiteralNode(member.type) ? fieldsOf(member.type) : [],
  }));
}

/** The texts of a union of string literals. */
export function literalsOf(file: URL, name: string): string[] {
  const declaration = statementOf(file, name);
  if (!ts.isTypeAliasDeclaration(declaration) || !ts.isUnionTypeNode(declaration.type))
    throw new Error(`${name} is no union`);
  return declaration.type.types.map((type) => {
    if (ts.isLiteralTypeNode(type) && ts.isStringLiteral(type.literal)) return type.literal.text;
    throw new Error(`${name} has a member that is no text: ${type.getText()}`);
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
  if (found === undefined) throw new Error(`there is no ${name} in ${file.href}`);
  return found;
}
